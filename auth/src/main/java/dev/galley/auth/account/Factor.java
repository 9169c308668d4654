package dev.galley.auth.account;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that a user has besides the first way to sign in.
 *
 * @param secret sealed; of authenticator apps
 * @param phone digits only
 * @param credential of a WebAuthn authenticator, as JSON
 */
public record Factor(
        UUID id,
        UUID user,
        Kind kind,
        boolean verified,
        String name,
        Optional<String> secret,
        Optional<String> phone,
        Optional<Instant> lastChallengedAt,
        Optional<String> credential) {

    public enum Kind {
        TOTP("totp", "totp"),
        PHONE("phone", "mfa/phone"),
        WEBAUTHN("webauthn", "mfa/webauthn");

        private final String text;
        private final String method;

        Kind(String text, String method) {
            this.text = text;
            this.method = method;
        }

        /** As the protocol and the database name it. */
        public String text() {
            return text;
        }

        /** As it stands in the claim {@code amr}. */
        public String method() {
            return method;
        }

        public static Optional<Kind> of(String text) {
            return Arrays.stream(values())
                    .filter(kind -> kind.text.equals(text))
                    .findFirst();
        }
    }

    /** Never prints a secret. */
    @Override
    public String toString() {
        return "Factor[" + id + "]";
    }
}
