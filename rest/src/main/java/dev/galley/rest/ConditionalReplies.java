package dev.galley.rest;

import dev.galley.http.EntityTags;
import dev.galley.query.Execution;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gives answers with rows their entity tag, and readers who have the same already an answer without them. */
final class ConditionalReplies {
    /** What a 304 repeats (RFC 9110, 15.4.5). */
    private static final Set<String> KEPT =
            Set.of("etag", "content-location", "cache-control", "date", "expires", "vary", "preference-applied");

    private ConditionalReplies() {}

    static Reply tagged(Reply reply, MediaTypes.Format format, Execution.Result result) {
        if (!showsRows(reply) || header(reply, "ETag").isPresent()) return reply;
        String range = header(reply, "Content-Range").orElse("");
        return with(reply, EntityTag.of(result.body(), format, range).quoted());
    }

    private static boolean showsRows(Reply reply) {
        boolean success = reply.status() == 200 || reply.status() == 201 || reply.status() == 206;
        return success && reply.body().isPresent();
    }

    /** What a reader gets who has said which rows are wanted, or had already. */
    static Reply conditional(Reply reply, RestRequest request) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (!reads || !showsRows(reply)) return reply;
        String tag = header(reply, "ETag").orElse("");
        boolean lost = request.header("If-Match")
                .map(EntityTags::parse)
                .filter(tags -> !tags.names(tag))
                .isPresent();
        if (lost) throw new RestException(new RestError.PreconditionFailed());
        boolean known = request.header("If-None-Match")
                .map(EntityTags::parse)
                .filter(tags -> tags.namesWeakly(tag))
                .isPresent();
        if (!known) return reply;
        return Reply.empty(
                304,
                reply.headers().stream()
                        .filter(header -> KEPT.contains(header.getKey().toLowerCase(Locale.ROOT)))
                        .toList());
    }

    private static Reply with(Reply reply, String tag) {
        List<Map.Entry<String, String>> headers = new ArrayList<>(reply.headers());
        headers.add(Map.entry("ETag", tag));
        return new Reply(reply.status(), headers, reply.body());
    }

    private static Optional<String> header(Reply reply, String name) {
        for (Map.Entry<String, String> each : reply.headers()) {
            if (each.getKey().equalsIgnoreCase(name)) return Optional.of(each.getValue());
        }
        return Optional.empty();
    }
}
