package dev.galley.rest;

import dev.galley.settings.SettingsException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** An address as a description names it. */
public record ServerUri(String scheme, String host, int port, String path) {

    static ServerUri parse(String text) {
        return read(text)
                .orElseThrow(
                        () -> new SettingsException(
                                "rest.openapi-server-proxy-uri must be an address such as https://example.com:8443/base, without user and query"));
    }

    private static Optional<ServerUri> read(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        if ((!secure && !scheme.equals("http"))
                || uri.getHost() == null
                || uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getPort() == 0
                || uri.getPort() > 65535) {
            return Optional.empty();
        }
        int port = uri.getPort() > 0 ? uri.getPort() : secure ? 443 : 80;
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return Optional.of(new ServerUri(scheme, uri.getHost(), port, path));
    }
}
