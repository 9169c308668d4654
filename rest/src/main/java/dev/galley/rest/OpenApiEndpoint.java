package dev.galley.rest;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.galley.http.ClientGone;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.TransactionRequest;
import dev.galley.query.Inspection;
import dev.galley.query.Inspection.Extent;
import dev.galley.query.Planner;
import dev.galley.query.ResultTooLarge;
import dev.galley.query.Visibility;
import dev.galley.schema.SchemaModel;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Answers at the root with the description of what the caller's role may see.
 *
 * <p>Each request asks the database who the caller is in the end, so that a pre-request function has its say. A description
 * is made once for each schema model, role and schema, on a worker thread, also when many ask for it at once; until then the
 * same transaction that tells the role tells its rights.
 */
final class OpenApiEndpoint {
    private final RestSettings settings;
    private final Planner planner;
    private final RequestTransaction transactions;
    private final TransactionSettings transactionSettings;
    private final AsyncCache<Key, Document> documents;

    /** @param reader empty when rights do not count */
    private record Key(long modelVersion, Optional<Inspection.Reader> reader, String schema) {}

    /** A description as it is sent, or that it would be too long. Never changed. */
    private static final class Document {
        private static final Document TOO_LONG = new Document(new byte[0]);

        private final byte[] json;

        Document(byte[] json) {
            this.json = json;
        }
    }

    OpenApiEndpoint(
            RestSettings settings,
            Planner planner,
            RequestTransaction transactions,
            TransactionSettings transactionSettings) {
        this.settings = settings;
        this.planner = planner;
        this.transactions = transactions;
        this.transactionSettings = transactionSettings;
        this.documents = Caffeine.newBuilder()
                .maximumWeight(settings.openApi().cacheBytes())
                .weigher((Key key, Document document) -> document.json.length)
                .buildAsync();
    }

    Future<Reply> answer(RoutingContext context, RestRequest request, SchemaModel model, RequestTimes times) {
        boolean head = request.method().equals("HEAD");
        if (!head && !request.method().equals("GET")) {
            throw new RestException(new RestError.MethodNotSupported(request.method()));
        }
        Optional<String> accept = request.header("Accept");
        if (!MediaTypes.acceptsOpenApi(accept)) {
            throw new RestException(new RestError.NoSuchMediaType(MediaTypes.accepted(accept.orElse("")).stream()
                    .map(MediaType::text)
                    .toList()));
        }
        times.end("parse");
        boolean known = head || probablyKnown(request, model);
        times.end("plan");
        return ask(context, request, model, known ? Extent.ROLE : fullExtent())
                .compose(inspection -> {
                    times.end("transaction");
                    if (head) return Future.succeededFuture(Reply.empty(200, headers(request)));
                    return document(context, request, model, inspection, known)
                            .map(document -> new Reply(
                                    200, headers(request), Optional.of(Unpooled.wrappedBuffer(document.json))));
                })
                .onSuccess(reply -> times.end("response"));
    }

    private Future<Inspection> ask(RoutingContext context, RestRequest request, SchemaModel model, Extent extent) {
        Inspection inspection = planner.inspect(request.target().schema(), extent);
        var running = transactions.run(new TransactionRequest(
                request.role(),
                transactionSettings.of(request, model, Optional.empty()),
                true,
                inspection.bounded(),
                inspection.steps(),
                new TransactionRequest.Commit(),
                settings.timeout()));
        ClientGone.onClosed(context, running::cancel);
        return running.outcome().map(inspection);
    }

    /** @param roleOnly whether rights were not asked for because the description was there for the role of the token */
    private Future<Document> document(
            RoutingContext context, RestRequest request, SchemaModel model, Inspection inspection, boolean roleOnly) {
        Key key = new Key(
                model.version(),
                followsPrivileges() ? Optional.of(inspection.reader()) : Optional.empty(),
                request.target().schema());
        Optional<CompletableFuture<Document>> found = find(key);
        if (found.isPresent()) return whole(context, found.get());
        if (roleOnly) {
            return ask(context, request, model, fullExtent())
                    .compose(full -> document(context, request, model, full, false));
        }
        documents.asMap().keySet().removeIf(old -> old.modelVersion() < model.version());
        Visibility visibility = inspection.visibility();
        return whole(
                context,
                documents.get(
                        key,
                        (missing, executor) -> context.vertx()
                                .executeBlocking(() -> make(model, missing.schema(), visibility), false)
                                .toCompletionStage()
                                .toCompletableFuture()));
    }

    private Document make(SchemaModel model, String schema, Visibility visibility) {
        BoundedBytes out = new BoundedBytes(settings.maxResponse());
        try {
            new OpenApiDocument(settings, new OpenApiView(model, schema, visibility)).write(out);
        } catch (ResultTooLarge e) {
            // Remembered like any other: whoever asks again must not cost as much again.
            return Document.TOO_LONG;
        }
        return new Document(out.toByteArray());
    }

    private Future<Document> whole(RoutingContext context, CompletableFuture<Document> done) {
        return onLoop(context, done)
                .compose(document -> document == Document.TOO_LONG
                        ? Future.failedFuture(new ResultTooLarge(settings.maxResponse()))
                        : Future.succeededFuture(document));
    }

    private Optional<CompletableFuture<Document>> find(Key key) {
        return Optional.ofNullable(documents.getIfPresent(key));
    }

    private static <T> Future<T> onLoop(RoutingContext context, CompletableFuture<T> done) {
        return Future.fromCompletionStage(done, context.vertx().getOrCreateContext());
    }

    /** Whether there is a description for the token's role; who the caller is in the end is not known yet. */
    private boolean probablyKnown(RestRequest request, SchemaModel model) {
        return documents.asMap().keySet().stream()
                .anyMatch(key -> key.modelVersion() == model.version()
                        && key.schema().equals(request.target().schema())
                        && key.reader()
                                .map(reader -> reader.role().equals(request.role()))
                                .orElse(true));
    }

    private Extent fullExtent() {
        return followsPrivileges() ? Extent.GRANTED : Extent.EVERYTHING;
    }

    private boolean followsPrivileges() {
        return settings.openApi().mode() == OpenApiSettings.Mode.FOLLOW_PRIVILEGES;
    }

    private static List<Map.Entry<String, String>> headers(RestRequest request) {
        List<Map.Entry<String, String>> headers = new ArrayList<>(2);
        headers.add(Map.entry("Content-Type", MediaTypes.OPENAPI + "; charset=utf-8"));
        if (request.target().profiled()) {
            headers.add(Map.entry("Content-Profile", request.target().schema()));
        }
        return headers;
    }
}
