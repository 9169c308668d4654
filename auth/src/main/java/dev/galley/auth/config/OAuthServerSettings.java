package dev.galley.auth.config;

import dev.galley.auth.limit.RateSettings;
import dev.galley.auth.limit.RateSettings.Rate;
import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.time.Duration;

/**
 * Being the OAuth provider of other applications.
 *
 * @param authorizationPath the page of the site that asks the user for consent
 * @param dynamicRegistration whether clients may register themselves
 * @param maxRegistered how many of those there may be
 * @param registeredUnused how long one that no user has agreed to is kept
 * @param requestExpiry how long a user may take to consent
 * @param codeExpiry how long the client has to redeem its code
 * @param defaultScope of a request that names none
 */
public record OAuthServerSettings(
        boolean enabled,
        String authorizationPath,
        boolean dynamicRegistration,
        int maxRegistered,
        Duration registeredUnused,
        Duration requestExpiry,
        Duration codeExpiry,
        String defaultScope,
        Rate requests,
        Rate registrations) {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    public static OAuthServerSettings from(SettingsReader reader) {
        OAuthServerSettings settings = new OAuthServerSettings(
                reader.flag(
                        "auth.oauth-server.enabled",
                        false,
                        "Whether other applications can let users sign in here (OAuth 2.1, OpenID Connect)."),
                reader.text(
                        "auth.oauth-server.authorization-url-path",
                        "/oauth/consent",
                        "Path of the page, under auth.site-url, that asks users whether an application may act for them."),
                reader.flag(
                        "auth.oauth-server.allow-dynamic-registration",
                        false,
                        "Whether applications may register themselves (RFC 7591)."),
                reader.integer(
                        "auth.oauth-server.max-registered",
                        10_000,
                        0,
                        10_000_000,
                        "Most applications that have registered themselves."),
                reader.duration(
                        "auth.oauth-server.unused-registration-ttl",
                        Duration.ofDays(30),
                        "How long an application that has registered itself is kept when no user has agreed to it."),
                reader.duration(
                        "auth.oauth-server.authorization-ttl",
                        Duration.ofMinutes(10),
                        "Time for a user to consent, and to sign in before."),
                reader.duration(
                        "auth.oauth-server.code-ttl",
                        Duration.ofMinutes(1),
                        "Time for an application to redeem its authorization code."),
                reader.text(
                        "auth.oauth-server.default-scope",
                        "email",
                        "Scopes of a request that names none, separated by spaces."),
                RateSettings.rate(
                        reader,
                        "oauth-requests",
                        600,
                        FIVE_MINUTES,
                        "authorizations and tokens asked for by OAuth applications"),
                RateSettings.rate(
                        reader,
                        "oauth-registrations",
                        10,
                        FIVE_MINUTES,
                        "OAuth applications that register themselves"));
        if (!settings.requestExpiry.isPositive() || !settings.codeExpiry.isPositive()) {
            throw new SettingsException("auth.oauth-server.authorization-ttl and code-ttl must be more than 0s");
        }
        return settings;
    }
}
