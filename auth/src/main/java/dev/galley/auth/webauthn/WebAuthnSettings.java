package dev.galley.auth.webauthn;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Passkeys and the party that they and WebAuthn factors are made for, under {@code auth.passkey.} and {@code auth.webauthn.}.
 *
 * @param passkeys whether users can have passkeys
 * @param maxPasskeys of one user
 * @param partyId the domain that credentials are bound to
 * @param origins of pages, and of Android applications, that may ask for them
 * @param challengeExpiry how long a passkey's challenge can be answered
 */
public record WebAuthnSettings(
        boolean passkeys,
        int maxPasskeys,
        Optional<String> partyId,
        Optional<String> partyName,
        List<String> origins,
        Duration challengeExpiry) {
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");
    private static final Pattern ORIGIN = Pattern.compile(
            "https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?|android:apk-key-hash:[A-Za-z0-9_-]+");

    public static WebAuthnSettings from(SettingsReader reader) {
        return new WebAuthnSettings(
                reader.flag(
                        "auth.passkey.enabled", false, "Whether users can register passkeys and sign in with them."),
                reader.integer("auth.passkey.max-per-user", 10, 1, 100, "Passkeys that a user may have."),
                reader.optionalText(
                                "auth.webauthn.rp-id",
                                "The domain that passkeys and WebAuthn factors are bound to: that of your application or one"
                                        + " above it. Changing it makes all of them useless. Default: the host of"
                                        + " auth.site-url, localhost for one on this computer.")
                        .map(id -> valid("auth.webauthn.rp-id", "a domain", DOMAIN, id)),
                reader.optionalText(
                        "auth.webauthn.rp-display-name",
                        "The name of your application, as authenticators show it. Default: auth.webauthn.rp-id."),
                reader
                        .list(
                                "auth.webauthn.rp-origins",
                                List.of(),
                                "Origins of pages that may ask for passkeys and WebAuthn factors, such as"
                                        + " https://app.example.com, and of Android applications as"
                                        + " android:apk-key-hash:... Default: the origin of auth.site-url.")
                        .stream()
                        .map(origin -> origin.endsWith("/") ? origin.substring(0, origin.length() - 1) : origin)
                        .map(origin -> valid("auth.webauthn.rp-origins", "an origin", ORIGIN, origin))
                        .toList(),
                reader.duration(
                        "auth.webauthn.challenge-expiry",
                        Duration.ofMinutes(5),
                        "How long the challenge of a passkey can be answered."));
    }

    private static String valid(String key, String what, Pattern pattern, String text) {
        if (!pattern.matcher(text).matches()) {
            throw new SettingsException(key + ": \"" + text + "\" is not " + what);
        }
        return text;
    }
}
