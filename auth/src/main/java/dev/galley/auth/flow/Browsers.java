package dev.galley.auth.flow;

import dev.galley.auth.edge.AuthRequest;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Tells browsers apart, so that a sign-in that leads through another site ends where it began. Otherwise an attacker begins one,
 * signs in there as themselves, and lets somebody else's browser end it: that one then works in the attacker's account without
 * knowing. A cookie does it, with {@code SameSite=Lax}: it comes along when the other site sends the browser back, but not with a
 * form that is posted from there. All sign-ins of a browser share it; only its digest is stored.
 */
public final class Browsers {
    private static final int BYTES = 32;
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final String PLAIN = "galley-browser";

    /** No other host, and nobody on the way, can set a cookie of this name. */
    private static final String SECURE = "__Host-galley-browser";

    private final Supplier<String> externalUrl;
    private final Duration life;
    private final SecureRandom random;

    /** @param cookie to be set with the answer, as {@code Set-Cookie} */
    public record Mark(String digest, String cookie) {}

    /**
     * @param externalUrl as browsers reach this service
     * @param life of the cookie; begins anew with every sign-in
     */
    public Browsers(Supplier<String> externalUrl, Duration life, SecureRandom random) {
        this.externalUrl = externalUrl;
        this.life = life;
        this.random = random;
    }

    /** Marks the browser that begins a sign-in. */
    public Mark mark(AuthRequest request) {
        String value = value(request).orElseGet(this::fresh);
        String cookie = name() + "=" + value + "; Path=/; Max-Age=" + Math.max(1, life.toSeconds())
                + "; HttpOnly; SameSite=Lax" + (secure() ? "; Secure" : "");
        return new Mark(digest(value), cookie);
    }

    /** Whether this is the browser that was marked so. */
    public boolean is(AuthRequest request, String digest) {
        return value(request)
                .map(value -> MessageDigest.isEqual(
                        digest(value).getBytes(StandardCharsets.US_ASCII), digest.getBytes(StandardCharsets.US_ASCII)))
                .orElse(false);
    }

    private Optional<String> value(AuthRequest request) {
        // HTTP/2 may bring them in several lines.
        return request.headers().getAll("Cookie").stream()
                .flatMap(header -> ServerCookieDecoder.STRICT.decodeAll(header).stream())
                .filter(cookie -> cookie.name().equals(name()))
                .map(Cookie::value)
                .filter(value -> VALUE.matcher(value).matches())
                .findFirst();
    }

    private boolean secure() {
        return externalUrl.get().startsWith("https:");
    }

    private String name() {
        return secure() ? SECURE : PLAIN;
    }

    private String fresh() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String digest(String value) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
