package dev.galley.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that two servers could read differently, before anything else looks at them. Netty's decoder refuses
 * bare line feeds, control characters, bad chunks, differing Content-Lengths, and Content-Length beside chunked; here are
 * the cases that it lets pass. A refusal closes the connection, for nobody can say where the next request begins.
 */
final class Framing {
    private Framing() {}

    static @Nullable EdgeError fault(HttpServerRequest request) {
        MultiMap headers = request.headers();
        if (request.version() != HttpVersion.HTTP_2) {
            EdgeError fault = ambiguous(request, headers);
            if (fault != null) {
                return fault;
            }
        }
        HttpMethod method = request.method();
        if (method.equals(HttpMethod.CONNECT) || method.equals(HttpMethod.TRACE)) {
            return EdgeError.METHOD_NOT_ALLOWED;
        }
        if (!method.name().equals(method.name().toUpperCase(Locale.ROOT))) {
            return EdgeError.MALFORMED;
        }
        if (!validTarget(request.uri(), method)) {
            return EdgeError.BAD_TARGET;
        }
        String encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
        // What Netty inflates loses the header, so whatever is left here is still encoded.
        return encoding == null || encoding.equalsIgnoreCase("identity") ? null : EdgeError.UNSUPPORTED_ENCODING;
    }

    private static @Nullable EdgeError ambiguous(HttpServerRequest request, MultiMap headers) {
        if (headers.contains("")) {
            return EdgeError.MALFORMED;
        }
        String transferEncoding = headers.get(HttpHeaders.TRANSFER_ENCODING);
        if (transferEncoding != null
                && (!transferEncoding.equalsIgnoreCase("chunked")
                        || request.version() != HttpVersion.HTTP_1_1
                        || headers.contains(HttpHeaders.CONTENT_LENGTH)
                        || headers.getAll(HttpHeaders.TRANSFER_ENCODING).size() > 1)) {
            return EdgeError.AMBIGUOUS_LENGTH;
        }
        if (request.version() == HttpVersion.HTTP_1_1) {
            List<String> hosts = headers.getAll(HttpHeaders.HOST);
            if (hosts.size() != 1 || !((HttpServerRequestInternal) request).isValidAuthority()) {
                return EdgeError.BAD_HOST;
            }
        }
        return null;
    }

    /** Origin form (a path) or absolute form, without control characters; see {@link #validEscapes} for the path. */
    static boolean validTarget(String uri, HttpMethod method) {
        if (uri.equals("*")) {
            return method.equals(HttpMethod.OPTIONS);
        }
        if (uri.isEmpty() || (uri.charAt(0) != '/' && !uri.startsWith("http://") && !uri.startsWith("https://"))) {
            return false;
        }
        boolean inPath = true;
        boolean escapes = false;
        int pathEnd = uri.length();
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c <= ' ' || c == 127 || c == '#') {
                return false;
            }
            if (inPath && c == '?') {
                inPath = false;
                pathEnd = i;
            } else if (inPath && c == '%') {
                escapes = true;
            }
        }
        return !escapes || validEscapes(uri.substring(0, pathEnd));
    }

    /** Every % is followed by two hexadecimal digits, and the bytes they stand for are UTF-8 without NUL. */
    private static boolean validEscapes(String path) {
        byte[] decoded = new byte[path.length()];
        int length = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%') {
                if (i + 2 >= path.length()) {
                    return false;
                }
                int high = Character.digit(path.charAt(i + 1), 16);
                int low = Character.digit(path.charAt(i + 2), 16);
                if (high < 0 || low < 0 || high + low == 0) {
                    return false;
                }
                c = (char) ((high << 4) | low);
                i += 2;
            }
            decoded[length++] = (byte) c;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(decoded, 0, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
