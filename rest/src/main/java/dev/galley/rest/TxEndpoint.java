package dev.galley.rest;

import dev.galley.http.ClientGone;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.idempotency.IdempotencyKey;
import dev.galley.query.Planner;
import dev.galley.schema.SchemaModel;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Answers {@code POST /rest/v1/tx}: several reads and writes, all or nothing. */
final class TxEndpoint {
    static final String ALLOW = "OPTIONS,POST";

    private static final Set<String> ACCEPTABLE = Set.of(MediaTypes.JSON, MediaTypes.ANY, "application/*");

    private final RestSettings settings;
    private final Planner planner;
    private final RequestTransaction transactions;
    private final TransactionSettings transactionSettings;
    private final RequestBody bodies;
    private final Idempotency idempotency;
    private final TxJson json;

    TxEndpoint(
            RestSettings settings,
            Planner planner,
            RequestTransaction transactions,
            TransactionSettings transactionSettings,
            RequestBody bodies,
            Idempotency idempotency) {
        this.settings = settings;
        this.planner = planner;
        this.transactions = transactions;
        this.transactionSettings = transactionSettings;
        this.bodies = bodies;
        this.idempotency = idempotency;
        this.json = new TxJson(settings.maxJsonDepth());
    }

    /** Whether a request is for here. A relation of the name comes first: paths are names of relations. */
    boolean isMeant(Target target, SchemaModel schema) {
        return target.resource() instanceof Target.RelationOf(var name)
                && name.name().equals(settings.transactions().path())
                && schema.relation(name).isEmpty();
    }

    static Reply options(boolean crossOrigin) {
        List<Map.Entry<String, String>> headers = new ArrayList<>(2);
        headers.add(Map.entry("Allow", ALLOW));
        if (!crossOrigin) headers.add(Map.entry("Access-Control-Allow-Origin", "*"));
        return Reply.empty(200, headers);
    }

    /** Large documents are read beside the event loop: a megabyte takes it as long as hundreds of other requests. */
    Future<Reply> answer(RoutingContext context, RestRequest request, SchemaModel schema) {
        check(request);
        if (request.body().length < settings.largeBody()) return run(context, request, prepared(request, schema));
        return context.vertx()
                .executeBlocking(() -> prepared(request, schema), false)
                .compose(prepared -> run(context, request, Objects.requireNonNull(prepared)));
    }

    private Future<Reply> run(RoutingContext context, RestRequest request, TxRun prepared) {
        return prepared.run(transactions, idempotency, running -> ClientGone.onClosed(context, running::cancel))
                .map(reply -> applied(request, reply));
    }

    private TxRun prepared(RestRequest request, SchemaModel schema) {
        TxDocument document = new TxParser(settings, json).parse(request.body());
        Optional<IdempotencyKey> key = idempotency.key(request);
        boolean rollsBack = request.preferences()
                .transaction()
                .map(wish -> wish == Preferences.Transaction.ROLLBACK)
                .orElse(settings.transactionEnd().rollsBack());
        TxSteps steps = new TxSteps(
                document,
                new TxRequests(request, settings, json),
                planner,
                schema,
                settings,
                bodies,
                transactionSettings,
                new TxResults(json, settings.transactions().maxBody(), settings.maxResponse()));
        Duration timeout = settings.transactions().timeout();
        return new TxRun(document, steps, request.role(), key, timeout, rollsBack);
    }

    private static void check(RestRequest request) {
        if (!request.method().equals("POST")) throw new TxError.NotPosted(request.method()).exception();
        if (!request.bodyType().equals(MediaTypes.JSON)) {
            throw new RestException(new RestError.UnsupportedContentType(request.bodyType()));
        }
        List<MediaType> accepted = MediaTypes.accepted(request.header("Accept").orElse(MediaTypes.ANY));
        if (accepted.stream().noneMatch(type -> ACCEPTABLE.contains(type.name()))) {
            throw new RestException(new RestError.NoSuchMediaType(
                    accepted.stream().map(MediaType::text).toList()));
        }
        if (!request.query().parameters().isEmpty()) {
            throw new TxError.Malformed("parameters belong to its steps").exception();
        }
        if (request.header("If-Match").isPresent()) {
            throw new TxError.Malformed("If-Match is for one write alone; say what a step must meet by \"expect\"")
                    .exception();
        }
        request.preferences().requireValid();
    }

    private static Reply applied(RestRequest request, Reply reply) {
        Optional<Preferences.Transaction> end = request.preferences().transaction();
        if (end.isEmpty()) return reply;
        List<Map.Entry<String, String>> headers = new ArrayList<>(reply.headers());
        headers.add(Map.entry("Preference-Applied", end.get().text));
        return new Reply(reply.status(), headers, reply.body());
    }
}
