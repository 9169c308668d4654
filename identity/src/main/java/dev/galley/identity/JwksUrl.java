package dev.galley.identity;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * Where an identity provider publishes its keys, and the limits of asking there.
 *
 * @param url https, or http on this computer, unless {@code auth.jwks-url-insecure} is set
 * @param refresh time from one good answer to the next question
 * @param minimumInterval time between two questions, whatever the reason: tokens with invented key names, a failure
 * @param timeout for the whole answer
 * @param limit largest answer, in bytes
 */
public record JwksUrl(URI url, Duration refresh, Duration minimumInterval, Duration timeout, int limit) {
    private static final String URL = "auth.jwks-url";
    private static final String INSECURE = "auth.jwks-url-insecure";

    static Optional<JwksUrl> from(SettingsReader reader) {
        Optional<String> url = reader.optionalText(
                URL,
                "Where an identity provider publishes the keys (a JWK set) whose tokens are accepted too: its jwks_uri,"
                        + " by https. Only public keys in it count, and none of them may give service_role.");
        boolean insecure = reader.flag(
                INSECURE, false, "Whether auth.jwks-url may be http to another computer: only in a network you trust.");
        Duration refresh = positive(reader, "auth.jwks-refresh", Duration.ofMinutes(5), "How often it is asked.");
        Duration minimumInterval = positive(
                reader,
                "auth.jwks-min-interval",
                Duration.ofSeconds(15),
                "Shortest time between two questions, also when a token names an unknown key or the last one failed.");
        Duration timeout =
                positive(reader, "auth.jwks-timeout", Duration.ofSeconds(5), "Time for the whole of its answer.");
        long limit = reader.bytes("auth.jwks-limit", 64 * 1024, "Largest answer that is read.");
        if (limit < 1 || limit > 16 << 20) {
            throw new SettingsException("auth.jwks-limit must be between 1 byte and 16MiB");
        }
        return url.map(text -> new JwksUrl(checked(text, insecure), refresh, minimumInterval, timeout, (int) limit));
    }

    /** For messages: without the query, where some providers want a key. */
    String shown() {
        return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
    }

    private static Duration positive(SettingsReader reader, String key, Duration fallback, String description) {
        Duration value = reader.duration(key, fallback, description);
        if (!value.isPositive()) {
            throw new SettingsException(key + " must be more than 0s");
        }
        return value;
    }

    private static URI checked(String text, boolean insecure) {
        URI url;
        try {
            url = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw new SettingsException(URL + ": is not a URL");
        }
        String scheme = String.valueOf(url.getScheme());
        if (url.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new SettingsException(URL + ": must begin with https:// and a host");
        }
        if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new SettingsException(URL + ": must have neither a user name nor a fragment (#)");
        }
        if (scheme.equals("http") && !insecure && !loopback(url.getHost())) {
            throw new SettingsException(URL + ": must be https, for whoever can change the answer on its way can sign"
                    + " tokens; " + INSECURE + " = true allows http in a network you trust");
        }
        return url;
    }

    private static boolean loopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }
}
