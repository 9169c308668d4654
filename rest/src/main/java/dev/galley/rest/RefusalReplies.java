package dev.galley.rest;

import static dev.galley.rest.ErrorReply.error;

import dev.galley.http.JsonText;
import dev.galley.identity.Refusal;

/** How a caller that was not let in is told so: always 401 with a challenge. */
final class RefusalReplies {
    private RefusalReplies() {}

    static ErrorReply reply(Refusal refusal) {
        return switch (refusal) {
            case Refusal.KeyMissing r ->
                error(401, "PGRST302", "Anonymous access is disabled").header("WWW-Authenticate", "Bearer");
            case Refusal.KeyUnknown r -> invalid("PGRST301", "Invalid API key");
            case Refusal.Malformed r -> invalid("PGRST301", r.what());
            case Refusal.UnsupportedAlgorithm r ->
                invalid("PGRST301", "Wrong or unsupported encoding algorithm").details(r.detail());
            case Refusal.TokensNotAccepted r -> error(500, "PGRST300", "Server lacks JWT secret");
            case Refusal.NoSuitableKey r ->
                invalid("PGRST301", "No suitable key or wrong key type")
                        .details("None of the keys was able to decode the JWT");
            case Refusal.BadSignature r ->
                invalid("PGRST301", "No suitable key or wrong key type")
                        .details("None of the keys was able to decode the JWT");
            case Refusal.Expired r -> invalid("PGRST303", "JWT expired");
            case Refusal.NotYetValid r -> invalid("PGRST303", "JWT not yet valid");
            case Refusal.IssuedInFuture r -> invalid("PGRST303", "JWT issued at future");
            case Refusal.WrongAudience r -> invalid("PGRST303", "JWT not in audience");
            case Refusal.WrongIssuer r -> invalid("PGRST303", "JWT not from a trusted issuer");
            case Refusal.BadClaim r -> invalid("PGRST303", badClaim(r.claim()));
            case Refusal.RoleNotAllowed r -> invalid("PGRST303", "The role of the JWT may not be used");
        };
    }

    private static String badClaim(String claim) {
        return "The JWT '" + claim + "' claim must be "
                + switch (claim) {
                    case "exp", "nbf", "iat" -> "a number";
                    case "aud" -> "a string or an array of strings";
                    default -> "a string";
                };
    }

    private static ErrorReply invalid(String code, String message) {
        return error(401, code, message)
                .header(
                        "WWW-Authenticate",
                        "Bearer error=\"invalid_token\", error_description=" + JsonText.quoted(message));
    }
}
