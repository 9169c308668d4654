package dev.galley.auth.edge;

import dev.galley.auth.error.AuthError;
import dev.galley.identity.StrictJson;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Replies and errors as HTTP. An error has two shapes: clients that name an API version get the newer one. */
public final class ReplyPrinter {
    public static final String API_VERSION = "X-Supabase-Api-Version";
    private static final String NEWER = "2024-01-01";
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private ReplyPrinter() {}

    public static void print(Reply reply, HttpServerResponse response) {
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(reply.status());
        // Nearly every answer has tokens or a user in it.
        response.putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
        reply.headers().forEach(response::putHeader);
        if (reply.document().isPresent()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, reply.document().get().type());
            var _ = response.end(reply.document().get().text());
            return;
        }
        if (reply.body().isEmpty()) {
            var _ = response.end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        var _ = response.end(StrictJson.write(reply.body().get()));
    }

    public static Reply reply(AuthError error, String apiVersion, String requestId) {
        ObjectNode body = StrictJson.newObject();
        boolean newer = apiVersion.compareTo(NEWER) >= 0;
        if (newer) {
            body.put("code", error.code().text()).put("message", error.message());
        } else {
            body.put("code", error.status())
                    .put("error_code", error.code().text())
                    .put("msg", error.message());
            if (error.status() >= 500) {
                body.put("error_id", requestId);
            }
        }
        if (!error.weakPassword().isEmpty()) {
            body.set("weak_password", reasons(error.weakPassword()));
        }
        Reply reply = new Reply(error.status(), Map.of(), Optional.of(body))
                .with("x-sb-error-code", error.code().text());
        if (newer) {
            reply = reply.with(API_VERSION, NEWER);
        }
        if (error.retryAfter().isEmpty()) {
            return reply;
        }
        long seconds = Math.max(1, error.retryAfter().get().toSeconds());
        reply = reply.with("Retry-After", Long.toString(seconds));
        if (error.policy().isEmpty()) {
            return reply;
        }
        // draft-ietf-httpapi-ratelimit-headers
        AuthError.Policy policy = error.policy().get();
        return reply.with(
                        "RateLimit-Policy",
                        "\"" + policy.name() + "\";q=" + policy.quota() + ";w="
                                + Math.max(1, policy.window().toSeconds()))
                .with("RateLimit", "\"" + policy.name() + "\";r=0;t=" + seconds);
    }

    private static ObjectNode reasons(List<String> reasons) {
        ObjectNode weak = StrictJson.newObject();
        ArrayNode all = weak.putArray("reasons");
        reasons.forEach(all::add);
        return weak;
    }
}
