package dev.galley.graphql;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.galley.identity.Caller;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.TransactionRequest;
import dev.galley.query.document.Rights;
import dev.galley.schema.SchemaModel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The schemas that roles see, made when they are met first. A change of the database makes another model and so another schema, and
 * those of earlier models are forgotten; a change of memberships announces itself nowhere, so after a while it is asked anew what the
 * role may do, and a schema is made only when that has changed: for thousands of tables it is large, and takes seconds.
 */
final class Schemas {
    private static final Duration AGE = Duration.ofMinutes(5);

    /** Tables of a schema that counts as one. */
    private static final int USUAL_TABLES = 200;

    /** How many schemas are kept at least, however large they are. */
    private static final int LEAST = 4;

    private final List<String> names;
    private final GraphqlSettings settings;
    private final RequestTransaction transactions;
    private final Runnable changed;
    private final AtomicLong newest = new AtomicLong(Long.MIN_VALUE);
    private final AsyncCache<Key, Entry> schemas;

    private record Key(long model, String role) {}

    /** @param asked when the rights were, by the clock of {@link System#nanoTime} */
    private record Entry(RoleSchema schema, Rights rights, long asked) {
        int tables() {
            return schema.tables().size();
        }

        boolean isOld() {
            return System.nanoTime() - asked > AGE.toNanos();
        }
    }

    /**
     * @param names of the database's schemas that are shown
     * @param changed is run when a newer model is met: what was made for earlier ones may be forgotten
     */
    Schemas(List<String> names, GraphqlSettings settings, RequestTransaction transactions, Runnable changed) {
        this.names = List.copyOf(names);
        this.settings = settings;
        this.transactions = transactions;
        this.changed = changed;
        int size = settings.schemaCache();
        this.schemas = Caffeine.newBuilder()
                .maximumWeight(size)
                .weigher((Key _, Entry entry) -> Math.min(1 + entry.tables() / USUAL_TABLES, Math.max(1, size / LEAST)))
                .buildAsync();
    }

    Future<RoleSchema> of(
            Vertx vertx, SchemaModel model, Caller caller, List<TransactionRequest.LocalSetting> callerSettings) {
        forget(model.version());
        String role = caller.role();
        Key key = new Key(model.version(), role);
        boolean introspects = caller.authenticated() || settings.anonymousIntrospection();
        CompletableFuture<Entry> known =
                schemas.get(key, (_, _) -> make(vertx, model, role, callerSettings, Optional.empty()));
        return Future.fromCompletionStage(current(key, known, vertx, model, callerSettings), vertx.getOrCreateContext())
                .map(entry -> entry.schema().introspectedBy(introspects));
    }

    /** What is known, unless it is old: then one request asks anew, and those that come meanwhile wait for it. */
    private CompletableFuture<Entry> current(
            Key key,
            CompletableFuture<Entry> known,
            Vertx vertx,
            SchemaModel model,
            List<TransactionRequest.LocalSetting> callerSettings) {
        boolean old = known.isDone()
                && !known.isCompletedExceptionally()
                && known.join().isOld();
        CompletableFuture<Entry> begun = new CompletableFuture<>();
        if (!old || !schemas.asMap().replace(key, known, begun)) {
            return known;
        }
        var _ = make(vertx, model, key.role(), callerSettings, Optional.of(known.join()))
                .whenComplete((entry, failure) -> {
                    if (failure == null) {
                        begun.complete(entry);
                    } else {
                        begun.completeExceptionally(failure);
                    }
                });
        return begun;
    }

    private void forget(long version) {
        long before = newest.getAndAccumulate(version, Math::max);
        if (version > before) {
            schemas.asMap().keySet().removeIf(key -> key.model() < version);
            changed.run();
        }
    }

    private CompletableFuture<Entry> make(
            Vertx vertx,
            SchemaModel model,
            String role,
            List<TransactionRequest.LocalSetting> callerSettings,
            Optional<Entry> known) {
        Rights rights = new Rights(names);
        long now = System.nanoTime();
        return transactions
                .run(new TransactionRequest(
                        role,
                        callerSettings,
                        true,
                        false,
                        List.of(rights.step()),
                        new TransactionRequest.Commit(),
                        settings.timeout()))
                .outcome()
                .compose(_ -> known.filter(entry -> entry.rights().equals(rights))
                        .map(entry -> Future.succeededFuture(new Entry(entry.schema(), rights, now)))
                        .orElseGet(() -> vertx.executeBlocking(() -> made(model, rights, now), false)))
                .toCompletionStage()
                .toCompletableFuture();
    }

    private Entry made(SchemaModel model, Rights rights, long now) {
        return new Entry(
                SchemaMaker.make(model, rights, names, settings.introspection(), settings.extensions()), rights, now);
    }
}
