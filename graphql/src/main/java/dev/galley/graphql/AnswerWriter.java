package dev.galley.graphql;

import dev.galley.http.ContentDigest;
import dev.galley.http.EntityTags;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** Sends answers: what caches may do with them, and to a GET the tag by which a client asks whether they have changed. */
record AnswerWriter(Duration maxAge) {
    private static final int NOT_MODIFIED = 304;
    private static final String NO_STORE = "no-store";

    void write(RoutingContext context, AnswerType type, Reply reply) {
        var response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.headers().add("Vary", "Accept, Authorization, apikey");
        reply.headers().forEach(response::putHeader);
        boolean kept = context.request().method().equals(HttpMethod.GET) && reply.whole();
        response.putHeader("Cache-Control", kept ? cacheControl() : NO_STORE);
        if (kept) {
            String tag = '"' + ContentDigest.of(ByteBuffer.wrap(reply.body().getBytes())) + '"';
            response.putHeader("ETag", tag);
            if (isKnown(context, tag)) {
                var _ = response.setStatusCode(NOT_MODIFIED).end();
                return;
            }
        }
        var _ = response.setStatusCode(reply.status())
                .putHeader("Content-Type", type.contentType())
                .end(reply.body());
    }

    /** Answers are the caller's own: none is for a cache that others share. */
    private String cacheControl() {
        return maxAge.isZero() ? "private, no-cache" : "private, max-age=" + maxAge.toSeconds();
    }

    private static boolean isKnown(RoutingContext context, String tag) {
        return Optional.ofNullable(context.request().getHeader("If-None-Match"))
                .map(EntityTags::parse)
                .filter(tags -> tags.namesWeakly(tag))
                .isPresent();
    }
}
