package dev.galley.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * Every error that the edge itself answers, in its one shape: {@code {"code","message","details","hint"}}. The texts are
 * constants: nothing of a request is ever echoed. Codes are never reused.
 */
enum EdgeError {
    MALFORMED("GLY-H01", 400, "The request is not valid HTTP.", "Check the request line and the header fields."),
    AMBIGUOUS_LENGTH(
            "GLY-H02",
            400,
            "The length of the request body is ambiguous.",
            "Send either one Content-Length or \"Transfer-Encoding: chunked\", never both."),
    BAD_TARGET(
            "GLY-H03",
            400,
            "The request target is not a valid path and query.",
            "Percent-encode reserved characters as % and two hexadecimal digits of their UTF-8 bytes."),
    BAD_HOST("GLY-H04", 400, "The Host header is missing, repeated or not a host.", "Send exactly one Host header."),
    NOT_FOUND("GLY-H05", 404, "There is nothing at this path.", "GET / lists the services that are running."),
    METHOD_NOT_ALLOWED("GLY-H06", 405, "The method is not allowed here.", "See the Allow header."),
    BODY_TOO_LARGE(
            "GLY-H07",
            413,
            "The request body is too large.",
            "Send it in parts; the limit is the setting http.max-body."),
    TARGET_TOO_LONG(
            "GLY-H08",
            414,
            "The request line is too long.",
            "Use POST, or fewer filters; the limit is the setting http.max-request-line."),
    UNSUPPORTED_ENCODING(
            "GLY-H09", 415, "The body's Content-Encoding is not supported.", "Send it plain, or as gzip or deflate."),
    HEADERS_TOO_LARGE(
            "GLY-H10",
            431,
            "The header fields are too large.",
            "Send fewer or shorter headers; the limit is the setting http.max-headers."),
    UNEXPECTED(
            "GLY-H11",
            500,
            "Something unexpected went wrong.",
            "The server's log has the cause under this answer's X-Request-Id."),
    TOO_SLOW("GLY-H12", 504, "The request took too long.", "The limit is the setting http.request-timeout."),
    METRICS_FORBIDDEN(
            "GLY-H13",
            403,
            "Metrics are not open to you.",
            "Use the service key, or see the setting http.metrics-access."),
    REFUSED("GLY-H14", 400, "The request cannot be processed.", "Check the request."),
    UNAVAILABLE("GLY-H15", 503, "The service cannot answer right now.", "Try again shortly."),
    UPGRADE_REQUIRED(
            "GLY-H16", 426, "Only WebSockets are answered here.", "Ask for an upgrade to websocket, by HTTP/1.1."),
    ORIGIN_REFUSED(
            "GLY-H17",
            403,
            "Web pages of this origin may not open sockets here.",
            "Allowed origins are the setting http.cors-origins.");

    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json; charset=utf-8");
    private static final CharSequence ONE_SECOND = HttpHeaders.createOptimized("1");

    private final String code;
    private final int status;
    private final String body;

    EdgeError(String code, int status, String message, String hint) {
        this.code = code;
        this.status = status;
        this.body = "{\"code\":\"" + code + "\",\"message\":\"" + message + "\",\"details\":null,\"hint\":\""
                + hint.replace("\"", "\\\"") + "\"}";
    }

    String code() {
        return code;
    }

    int status() {
        return status;
    }

    /** Answers, unless an answer has begun; then the connection is cut, so that half an answer cannot pass for a whole one. */
    void answer(HttpServerResponse response) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            var _ = response.reset();
            return;
        }
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        if (status == 503) {
            response.putHeader(HttpHeaders.RETRY_AFTER, ONE_SECOND);
        }
        var _ = response.end(body);
    }

    /** What the edge says for a bare status code of a service or of the router. */
    static EdgeError ofStatus(int status) {
        return switch (status) {
            case 403 -> METRICS_FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 413 -> BODY_TOO_LARGE;
            case 414 -> TARGET_TOO_LONG;
            case 415 -> UNSUPPORTED_ENCODING;
            case 431 -> HEADERS_TOO_LARGE;
            case 503 -> UNAVAILABLE;
            case 504 -> TOO_SLOW;
            default -> status >= 500 ? UNEXPECTED : REFUSED;
        };
    }
}
