package dev.galley.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Documents by their SHA-256, so that a client need not send them again: the protocol of
 * <a href="https://www.apollographql.com/docs/apollo-server/performance/apq">automatic persisted queries</a>, version 1.
 *
 * <p>A hash stands for one text only, because it is computed here; a text is kept when it has proved valid for somebody, which gives
 * nobody else a right to run it: it is validated, planned and run as if the client had sent it. A node keeps its own, in memory; one
 * that knows a document no more asks for it.
 */
final class PersistedQueries {
    private static final int BYTES_OF_ENTRY = 200;

    private final boolean enabled;
    private final Cache<String, String> texts;

    /** @param bytes together; 0 keeps none and says so */
    PersistedQueries(long bytes) {
        enabled = bytes > 0;
        texts = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((String _, String text) -> BYTES_OF_ENTRY + 2 * text.length())
                .executor(Runnable::run)
                .build();
    }

    /** The request with its document's text. */
    GraphqlRequest complete(GraphqlRequest request) {
        if (request.hash().isEmpty()) {
            return request;
        }
        if (!enabled) {
            throw GraphqlError.of(GraphqlError.PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")
                    .thrown();
        }
        String hash = request.hash().get();
        Optional<String> known = Optional.ofNullable(texts.getIfPresent(hash));
        if (request.query().isEmpty()) {
            return request.with(known.orElseThrow(
                    () -> GraphqlError.of(GraphqlError.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
                            .thrown()));
        }
        if (!known.equals(request.query()) && !hash.equals(sha256(request.text()))) {
            throw GraphqlError.request(400, "provided sha does not match query").thrown();
        }
        return request;
    }

    /** Takes up the document of a complete request that is valid. */
    void keep(GraphqlRequest request) {
        request.hash().ifPresent(hash -> texts.put(hash, request.text()));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
