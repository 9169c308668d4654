package dev.galley.auth.token;

import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * @param jwtExpiry life of an access token
 * @param audience the claim {@code aud} of tokens and users
 * @param rotation whether a refresh token that comes again after its time ends the session
 * @param reuseInterval how long an old refresh token is answered with the current one
 * @param timebox how long a session lasts at most
 * @param inactivity how long a session lasts without a refresh
 * @param singlePerUser whether only a user's last session holds
 * @param symmetric whether tokens are signed with the JWT secret instead of the signing key
 */
public record SessionSettings(
        Duration jwtExpiry,
        String audience,
        boolean rotation,
        Duration reuseInterval,
        Optional<Duration> timebox,
        Optional<Duration> inactivity,
        boolean singlePerUser,
        boolean symmetric) {

    /** What signs access tokens. */
    public enum SignWith {
        SIGNING_KEY,
        JWT_SECRET
    }

    public static SessionSettings from(SettingsReader reader) {
        return new SessionSettings(
                reader.duration("auth.jwt-expiry", Duration.ofHours(1), "Life of an access token."),
                reader.text(
                        "auth.jwt-aud", "authenticated", "The claim aud of access tokens, and the audience of users."),
                reader.flag(
                        "auth.enable-refresh-token-rotation",
                        true,
                        "Whether an old refresh token that comes back ends its session."),
                reader.duration(
                        "auth.refresh-token-reuse-interval",
                        Duration.ofSeconds(10),
                        "How long after a refresh an older refresh token is answered with the current one."),
                time(reader, "auth.sessions.timebox", "Longest life of a session; 0s: no end."),
                time(
                        reader,
                        "auth.sessions.inactivity-timeout",
                        "Longest time between two refreshes of a session; 0s: any."),
                reader.flag(
                        "auth.sessions.single-per-user", false, "Whether a new sign-in ends a user's other sessions."),
                reader.choice(
                                "auth.sign-with",
                                SignWith.SIGNING_KEY,
                                "What signs access tokens: the signing key (ES256 by default), or the JWT secret"
                                        + " (HS256) as in older projects.")
                        == SignWith.JWT_SECRET);
    }

    /** When a session that begins now ends, if it ends by itself. */
    Optional<Instant> end(Instant now) {
        return timebox.map(now::plus);
    }

    private static Optional<Duration> time(SettingsReader reader, String key, String description) {
        return Optional.of(reader.duration(key, Duration.ZERO, description)).filter(Duration::isPositive);
    }
}
