package dev.galley.auth.flow;

import dev.galley.auth.edge.AuthRequest;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where users may be sent with a token in the address: the site, and what the settings add. Everything else is answered with the
 * site, so that nobody can have a user's token sent to themselves.
 */
public final class Redirects {
    private static final int MAX_LENGTH = 2048;

    private final URI site;
    private final List<Pattern> allowed;

    public Redirects(URI site, List<String> allowed) {
        this.site = site;
        this.allowed = allowed.stream().map(Redirects::pattern).toList();
    }

    /** Where the client wants its user to go, if they may: {@code redirect_to}, else the page that asks, else the site. */
    public String choose(AuthRequest request) {
        return request.query("redirect_to")
                .or(() -> request.header("redirect_to"))
                .filter(this::allows)
                .or(() -> request.header("Referer").filter(this::allows))
                .orElse(site.toString());
    }

    /** The same for an address given otherwise. */
    public String choose(Optional<String> wanted) {
        return wanted.filter(this::allows).orElse(site.toString());
    }

    public boolean allows(String address) {
        if (address.length() > MAX_LENGTH || address.chars().anyMatch(c -> c <= ' ' || c == '\\' || c == 0x7f)) {
            return false;
        }
        URI url;
        try {
            url = URI.create(address).normalize();
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (url.getScheme() == null || url.getRawUserInfo() != null || isScript(url.getScheme())) {
            return false;
        }
        // A host that is no name, such as the number 134744072, is an address to browsers.
        boolean web =
                url.getScheme().equalsIgnoreCase("http") || url.getScheme().equalsIgnoreCase("https");
        if (web && url.getHost() == null) {
            return false;
        }
        if (sameSite(url)) {
            return true;
        }
        // What comes after # never leaves the browser, and may not help a pattern to match.
        String plain = url.toString().replaceFirst("#.*", "");
        return allowed.stream().anyMatch(pattern -> pattern.matcher(plain).matches());
    }

    private static boolean isScript(String scheme) {
        return scheme.equalsIgnoreCase("javascript")
                || scheme.equalsIgnoreCase("data")
                || scheme.equalsIgnoreCase("vbscript");
    }

    /** The site's host; another port only on this machine, where tools choose ports by themselves. */
    private boolean sameSite(URI url) {
        if (site.getHost() == null
                || url.getHost() == null
                || !site.getHost().equalsIgnoreCase(url.getHost())
                || !site.getScheme().equalsIgnoreCase(url.getScheme())) {
            return false;
        }
        return site.getPort() == url.getPort() || isLoopback(url.getHost());
    }

    private static boolean isLoopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host.replace("[", "").replace("]", "")).isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    /** {@code **} is any text, {@code *} any text without {@code /} and {@code .}, {@code ?} one such character. */
    private static int authorityEnd(String glob) {
        int start = glob.indexOf("://");
        int end = start < 0 ? -1 : glob.indexOf('/', start + 3);
        return end < 0 ? 0 : end;
    }

    private static Pattern pattern(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            if (c == '*' && i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
                regex.append(glob.indexOf('/', i) >= 0 && i < authorityEnd(glob) ? "[^/?#@]*" : ".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/.?#@]*");
            } else if (c == '?') {
                regex.append("[^/.?#@]");
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString());
    }

    /** The address with more parameters in its query. */
    public static String withQuery(String address, Map<String, String> parameters) {
        int hash = address.indexOf('#');
        String base = hash < 0 ? address : address.substring(0, hash);
        String fragment = hash < 0 ? "" : address.substring(hash);
        return base + (base.contains("?") ? "&" : "?") + form(parameters) + fragment;
    }

    /** The address with these parameters as its fragment, which stays in the browser. */
    public static String withFragment(String address, Map<String, String> parameters) {
        return address.replaceFirst("#.*", "") + "#" + form(parameters);
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
