package dev.galley.storage.edge;

import dev.galley.identity.Refusal;

/** Why a caller is not let in, in a sentence. */
final class Refusals {
    private Refusals() {}

    static String text(Refusal refusal) {
        return switch (refusal) {
            case Refusal.KeyMissing _ -> "headers must have required property 'authorization'";
            case Refusal.KeyUnknown _ -> "Invalid API key";
            case Refusal.Malformed(var what) -> what;
            case Refusal.UnsupportedAlgorithm(var detail) -> detail;
            case Refusal.NoSuitableKey _ -> "no applicable key found in the JSON Web Key Set";
            case Refusal.TokensNotAccepted _ -> "Tokens are not accepted";
            case Refusal.BadSignature _ -> "signature verification failed";
            case Refusal.Expired _ -> "\"exp\" claim timestamp check failed";
            case Refusal.NotYetValid _ -> "\"nbf\" claim timestamp check failed";
            case Refusal.IssuedInFuture _ -> "\"iat\" claim timestamp check failed";
            case Refusal.WrongAudience _ -> "unexpected \"aud\" claim value";
            case Refusal.WrongIssuer _ -> "unexpected \"iss\" claim value";
            case Refusal.BadClaim(var claim) -> "invalid claim \"" + claim + "\"";
            case Refusal.RoleNotAllowed _ -> "Invalid role";
        };
    }
}
