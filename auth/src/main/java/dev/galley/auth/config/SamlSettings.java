package dev.galley.auth.config;

import dev.galley.auth.limit.RateSettings;
import dev.galley.auth.limit.RateSettings.Rate;
import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Signing in by identity providers of organisations, under {@code auth.saml.}
 *
 * @param externalUrl of the service provider's addresses, without {@code /sso/saml/...}; empty for that of the service
 * @param privateKey RSA, in PEM or base64; empty for one that is made and kept in the database
 * @param nextKey published before it takes the other's place
 * @param encryption whether assertions may come encrypted
 * @param unasked whether sign-ins may begin at the identity provider
 * @param bound whether a sign-in must end in the browser in which it began
 * @param relayExpiry how long a user may take at the identity provider
 * @param refresh how long metadata from an address are kept that say nothing about it themselves
 * @param privateNetworks whether metadata may be fetched from private networks
 */
public record SamlSettings(
        boolean enabled,
        Optional<String> externalUrl,
        Optional<String> privateKey,
        Optional<String> nextKey,
        boolean encryption,
        boolean unasked,
        boolean bound,
        Duration relayExpiry,
        Duration leeway,
        Duration maxAge,
        Duration refresh,
        int maxResponse,
        int maxMetadata,
        boolean privateNetworks,
        Rate assertions) {

    public static SamlSettings from(SettingsReader reader) {
        SamlSettings settings = new SamlSettings(
                reader.flag(
                        "auth.saml.enabled",
                        false,
                        "Whether users can sign in by the identity provider of their organisation (SAML 2.0)."),
                reader.optionalText(
                                "auth.saml.external-url",
                                "Base of the addresses that identity providers know: /sso/saml/metadata and"
                                        + " /sso/saml/acs follow. Default: auth.external-url.")
                        .map(url -> url("auth.saml.external-url", url)),
                reader.secret(
                        "auth.saml.private-key",
                        "RSA key that signs questions to identity providers and decrypts assertions: PEM, or base64 of"
                                + " PKCS #1 or PKCS #8. Default: one that is made and kept in the database, encrypted."),
                reader.secret(
                        "auth.saml.private-key-next",
                        "The key that is to follow auth.saml.private-key: published already, decrypts, does not sign"
                                + " yet."),
                reader.flag(
                        "auth.saml.allow-encrypted-assertions",
                        false,
                        "Whether identity providers may encrypt assertions for the key of auth.saml.private-key."),
                reader.flag(
                        "auth.saml.allow-idp-initiated",
                        true,
                        "Whether a sign-in may begin at the identity provider; such a one is bound to no browser."),
                reader.flag(
                        "auth.saml.bind-to-browser",
                        true,
                        "Whether a sign-in must end in the browser in which it began. The address that POST /sso"
                                + " answers is then one of this service, which sends the browser on."),
                reader.duration(
                        "auth.saml.relay-state-validity-period",
                        Duration.ofMinutes(10),
                        "Time for a user at an identity provider."),
                reader.duration(
                        "auth.saml.leeway",
                        Duration.ofSeconds(30),
                        "By how much the clock of an identity provider may differ."),
                reader.duration(
                        "auth.saml.max-response-age", Duration.ofMinutes(5), "Age at which an assertion is too old."),
                reader.duration(
                        "auth.saml.metadata-refresh",
                        Duration.ofHours(1),
                        "How long metadata from an address are kept that do not say so themselves."),
                (int) Math.min(
                        Integer.MAX_VALUE,
                        reader.bytes(
                                "auth.saml.max-response",
                                256 * 1024,
                                "Largest answer of an identity provider, in bytes.")),
                (int) Math.min(
                        Integer.MAX_VALUE,
                        reader.bytes(
                                "auth.saml.max-metadata",
                                512 * 1024,
                                "Largest metadata of an identity provider, in bytes.")),
                reader.flag(
                        "auth.saml.allow-private-networks",
                        false,
                        "Whether metadata may be fetched from a private network or this computer."),
                RateSettings.rate(
                        reader, "saml-assertions", 150, Duration.ofMinutes(5), "answers of identity providers"));
        if (!settings.relayExpiry.isPositive() || settings.leeway.isNegative() || !settings.maxAge.isPositive()) {
            throw new SettingsException(
                    "auth.saml.relay-state-validity-period and auth.saml.max-response-age must be more than 0s");
        }
        return settings;
    }

    private static String url(String key, String text) {
        try {
            URI url = URI.create(text);
            if (url.getHost() != null && ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))) {
                return text.replaceAll("/+$", "");
            }
        } catch (IllegalArgumentException noUrl) {
            // told below
        }
        throw new SettingsException(key + ": is no http or https URL");
    }

    /** Never prints a key. */
    @Override
    public String toString() {
        return "SamlSettings[enabled=" + enabled + "]";
    }
}
