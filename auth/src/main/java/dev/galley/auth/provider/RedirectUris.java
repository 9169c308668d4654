package dev.galley.auth.provider;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where a client may have its users sent with a code: addresses that leave no doubt whose they are. They are compared letter by letter. */
final class RedirectUris {
    static final int MOST = 10;
    static final int MAX_LENGTH = 2048;

    private static final List<String> SCRIPTS =
            List.of("javascript", "data", "file", "vbscript", "about", "blob", "view-source", "filesystem");

    private RedirectUris() {}

    /** Why this one cannot be registered; empty when it can. */
    static Optional<String> fault(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return Optional.of("must have 1 to " + MAX_LENGTH + " characters");
        }
        // The comma separates them in the table.
        if (text.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '\\' || c == ',' || c == '*')) {
            return Optional.of("must be of printable ASCII characters without \\, * and comma");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.of("invalid URL format");
        }
        if (uri.getScheme() == null || uri.isOpaque()) {
            return Optional.of("must have scheme and host");
        }
        if (text.indexOf('#') >= 0) {
            return Optional.of("fragment not allowed in redirect URI");
        }
        if (String.valueOf(uri.getRawAuthority()).indexOf('@') >= 0) {
            return Optional.of("user name not allowed in redirect URI");
        }
        return schemeFault(uri);
    }

    private static Optional<String> schemeFault(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (SCRIPTS.contains(scheme)) {
            return Optional.of("scheme '" + scheme + "' is not allowed for security reasons");
        }
        boolean web = scheme.equals("http") || scheme.equals("https");
        // Schemes of applications are names of domains (RFC 8252, 7.1), or have a host.
        if (uri.getHost() == null && (web || scheme.indexOf('.') < 0)) {
            return Optional.of("must have scheme and host");
        }
        if (scheme.equals("http") && !loopback(uri.getHost())) {
            return Optional.of("HTTP scheme only allowed for localhost");
        }
        return Optional.empty();
    }

    /** Whether only its owner can receive what is sent there: not so for schemes and ports, which any program may take (RFC 8252, 8.6). */
    static boolean exclusive(String registered) {
        return registered.toLowerCase(Locale.ROOT).startsWith("https://");
    }

    private static boolean loopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }
}
