package dev.galley.auth.account;

import dev.galley.auth.error.AuthError;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a client shows at the beginning of a flow, so that only it can end the flow (RFC 7636). */
public record CodeChallenge(Method method, String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    /** How the challenge follows from the verifier. */
    public enum Method {
        S256,
        PLAIN;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Method of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * As the two fields of a request say it.
     *
     * @throws dev.galley.auth.error.AuthException when one is there without the other or is not what it must be
     */
    public static Optional<CodeChallenge> of(Optional<String> challenge, Optional<String> method) {
        if (challenge.isEmpty() && method.isEmpty()) {
            return Optional.empty();
        }
        if (challenge.isEmpty() || method.isEmpty()) {
            throw AuthError.invalid("PKCE flow requires code_challenge_method and code_challenge")
                    .thrown();
        }
        if (!FORM.matcher(challenge.get()).matches()) {
            throw AuthError.invalid("code challenge must be 43 to 128 characters of A-Z, a-z, 0-9, -, ., _ and ~")
                    .thrown();
        }
        return switch (method.get().toLowerCase(Locale.ROOT)) {
            case "s256" -> Optional.of(new CodeChallenge(Method.S256, challenge.get()));
            case "plain" -> Optional.of(new CodeChallenge(Method.PLAIN, challenge.get()));
            default ->
                throw AuthError.invalid("code_challenge_method must be s256 or plain")
                        .thrown();
        };
    }

    /** In constant time. */
    public boolean isOf(String verifier) {
        if (!FORM.matcher(verifier).matches()) {
            return false;
        }
        String expected = switch (method) {
            case PLAIN -> verifier;
            case S256 -> s256(verifier);
        };
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII), value.getBytes(StandardCharsets.US_ASCII));
    }

    private static String s256(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
