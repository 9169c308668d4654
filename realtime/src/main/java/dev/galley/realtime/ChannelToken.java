package dev.galley.realtime;

import dev.galley.identity.Authenticator;
import dev.galley.identity.Caller;
import dev.galley.identity.Refusal;
import dev.galley.identity.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A token that was good when it was looked at.
 *
 * @param text as the client sent it
 * @param expires in seconds since 1970
 */
record ChannelToken(String text, Caller caller, long expires) {
    static final String FIELDS_MISSING = "Fields `role` and `exp` are required in JWT";

    /** Whether a token is good. */
    sealed interface Check {}

    record Good(ChannelToken token) implements Check {}

    /** @param code of the protocol, such as {@code InvalidJWTToken} */
    record Bad(String code, String message) implements Check {}

    /** An opaque key is no token: it stands for one. */
    static boolean isOpaqueKey(String token) {
        return token.startsWith("sb_");
    }

    /** @param token a token of its own, no opaque key */
    static Check check(String token, Authenticator authenticator, InstantSource clock) {
        return switch (authenticator.identify(Optional.of("Bearer " + token), Optional.empty())) {
            case Caller caller -> of(token, caller, clock);
            case Refusal refusal -> refused(refusal, token, clock);
        };
    }

    /** What a connection's key stands for. */
    static Check ofKey(String key, Caller caller, InstantSource clock) {
        return of(key, caller, clock);
    }

    private static Check of(String token, Caller caller, InstantSource clock) {
        Optional<ObjectNode> claims = StrictJson.object(caller.claims().getBytes(StandardCharsets.UTF_8))
                .map(StrictJson.Parsed::object);
        if (claims.isEmpty()
                || !claims.get().path("exp").isNumber()
                || !claims.get().path("role").isString()) {
            return new Bad("InvalidJWTToken", FIELDS_MISSING);
        }
        long expires = claims.get().path("exp").asLong();
        long late = clock.instant().getEpochSecond() - expires;
        // The leeway of other requests is for clocks that differ; a channel ends by this node's clock.
        return late >= 0 ? expired(late) : new Good(new ChannelToken(token, caller, expires));
    }

    private static Check refused(Refusal refusal, String token, InstantSource clock) {
        return switch (refusal) {
            case Refusal.Expired() -> expired(Math.max(0, clock.instant().getEpochSecond() - unverifiedExpiry(token)));
            case Refusal.BadSignature(), Refusal.NoSuitableKey() ->
                new Bad("JwtSignatureError", "Failed to validate JWT signature");
            case Refusal.Malformed(var _), Refusal.UnsupportedAlgorithm(var _) ->
                new Bad("MalformedJWT", "The token provided is not a valid JWT");
            case Refusal.BadClaim(var _), Refusal.KeyMissing() -> new Bad("InvalidJWTToken", FIELDS_MISSING);
            case Refusal.RoleNotAllowed(var _),
                    Refusal.WrongAudience(),
                    Refusal.WrongIssuer(),
                    Refusal.NotYetValid(),
                    Refusal.IssuedInFuture(),
                    Refusal.TokensNotAccepted(),
                    Refusal.KeyUnknown() -> new Bad("InvalidJWTToken", "The token is not valid here");
        };
    }

    private static Bad expired(long seconds) {
        return new Bad("InvalidJWTToken", "Token has expired " + seconds + " seconds ago");
    }

    /** Of a token whose signature was good. */
    private static long unverifiedExpiry(String token) {
        try {
            byte[] payload = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
            return StrictJson.object(payload)
                    .map(claims -> claims.object().path("exp").asLong(0))
                    .orElse(0L);
        } catch (IllegalArgumentException unreadable) {
            return 0;
        }
    }

    boolean expiredAt(long epochSecond) {
        return epochSecond >= expires;
    }
}
