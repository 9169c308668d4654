package dev.galley.server;

import java.util.Optional;
import java.util.Set;

/** Secrets that everybody knows, from examples and from development: {@code serve} does not start with them. */
final class UnsafeDefaults {
    private static final Set<String> KNOWN_SECRETS = Set.of(
            "super-secret-jwt-token-with-at-least-32-characters-long",
            "your-super-secret-jwt-token-with-at-least-32-characters-long");

    private static final String KNOWN_PASSWORD = "postgres";

    private UnsafeDefaults() {}

    static void refuse(AllSettings settings) {
        if (settings.identity().jwtSecret().filter(KNOWN_SECRETS::contains).isPresent()) {
            throw new Failure(
                    "auth.jwt-secret is an example's, which everybody knows: leave it out to get one of your own");
        }
        boolean reachable = settings.postgres().port().isPresent()
                && settings.postgres().url().isEmpty();
        if (reachable && settings.server().databasePassword().equals(Optional.of(KNOWN_PASSWORD))) {
            throw new Failure(
                    "server.database-password is the one of development, which everybody knows: choose another");
        }
    }
}
