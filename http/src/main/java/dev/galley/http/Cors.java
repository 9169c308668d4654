package dev.galley.http;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cross-origin rules, the same for every path. A preflight is answered here and never asks who calls: browsers send it
 * without keys. Any other OPTIONS goes to the service, which may list its methods. Credentials (cookies) are allowed to listed origins only, so a
 * wildcard origin gives away nothing that a key does not.
 */
final class Cors implements Handler<RoutingContext> {
    private static final CharSequence ALLOW_ORIGIN = HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN;
    private static final CharSequence ANY = HttpHeaders.createOptimized("*");
    private static final CharSequence ORIGIN = HttpHeaders.ORIGIN;
    private static final CharSequence METHODS =
            HttpHeaders.createOptimized("GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD");
    private static final CharSequence TRUE = HttpHeaders.createOptimized("true");
    private static final CharSequence ONE_DAY = HttpHeaders.createOptimized("86400");
    private static final CharSequence PREFLIGHT_VARY =
            HttpHeaders.createOptimized("Origin, Access-Control-Request-Method, Access-Control-Request-Headers");

    /** What the client libraries send; anything else a preflight asks for is allowed too (see {@link #preflight}). */
    private static final CharSequence REQUEST_HEADERS = HttpHeaders.createOptimized(String.join(
            ", ",
            "authorization",
            "x-client-info",
            "apikey",
            "content-type",
            "x-retry-count",
            "accept-profile",
            "content-profile",
            "prefer",
            "range",
            "range-unit",
            "x-upsert",
            "x-metadata",
            "cache-control",
            "x-region",
            "tus-resumable",
            "upload-length",
            "upload-metadata",
            "upload-offset",
            "upload-defer-length",
            "upload-concat",
            "upload-checksum",
            "x-http-method-override",
            "x-supabase-api-version",
            "x-request-id",
            "traceparent",
            "tracestate",
            "baggage",
            "if-none-match",
            "if-match",
            "idempotency-key"));

    private static final CharSequence EXPOSED_HEADERS = HttpHeaders.createOptimized(String.join(
            ", ",
            "Content-Range",
            "Content-Location",
            "Content-Type",
            "Content-Encoding",
            "Content-Length",
            "Preference-Applied",
            "X-Total-Count",
            "Link",
            "Location",
            "ETag",
            "Retry-After",
            "X-Request-Id",
            "X-Supabase-Api-Version",
            "Proxy-Status",
            "Idempotency-Replayed",
            "Tus-Resumable",
            "Tus-Version",
            "Tus-Extension",
            "Tus-Max-Size",
            "Upload-Offset",
            "Upload-Length",
            "Upload-Metadata",
            "Upload-Expires",
            "Upload-Defer-Length",
            "Upload-Concat",
            "x-relay-error",
            "sb-request-id",
            "sb-project-ref",
            "sb-gateway-mode",
            "sb-gateway-version",
            "sb-error-code"));

    private final boolean any;
    private final Set<String> origins;

    Cors(List<String> origins) {
        this.any = origins.contains("*");
        this.origins = Set.copyOf(origins);
    }

    private static boolean isPreflight(HttpServerRequest request) {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(ORIGIN)
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    /** Answers an OPTIONS that no service has an answer for. */
    static void ok(RoutingContext context) {
        var _ = context.response().setStatusCode(204).end();
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        MultiMap answer = context.response().headers();
        String origin = request.headers().get(ORIGIN);
        boolean allowed = allow(origin, answer);
        if (isPreflight(request)) {
            if (allowed) {
                preflight(request, answer);
            }
            var _ = context.response().setStatusCode(200).end();
            return;
        }
        if (allowed && origin != null) { // only a browser asks, and the list is long
            answer.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
        }
        context.next();
    }

    /** Whether a web page of this origin may call the API; without an origin it is no web page that calls. */
    boolean allows(@Nullable String origin) {
        return any || origin == null || origins.contains(origin);
    }

    /** With a list of origins the answer depends on the Origin, so caches must be told; with a wildcard it does not. */
    private boolean allow(@Nullable String origin, MultiMap answer) {
        if (any) {
            answer.set(ALLOW_ORIGIN, ANY);
            return true;
        }
        answer.add(HttpHeaders.VARY, ORIGIN);
        if (origin != null && origins.contains(origin)) {
            answer.set(ALLOW_ORIGIN, origin);
            answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
            return true;
        }
        return false;
    }

    /** An application may send headers of its own for its policies to read ({@code request.headers}), so what is asked for is granted. */
    private static void preflight(HttpServerRequest request, MultiMap answer) {
        String asked = request.headers().get(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        if (asked != null && fieldNames(asked)) {
            answer.set(
                    HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
                    "Authorization, " + asked.replaceAll("\\s*,\\s*", ", ")
                            + ", Accept, Accept-Language, Content-Language");
        } else {
            answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
        }
        answer.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, ONE_DAY);
        answer.set(HttpHeaders.VARY, PREFLIGHT_VARY);
    }

    private static boolean fieldNames(String list) {
        if (list.isBlank() || list.length() > 2000) {
            return false;
        }
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            boolean fine = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || c == ','
                    || c == ' ';
            if (!fine) {
                return false;
            }
        }
        return true;
    }
}
