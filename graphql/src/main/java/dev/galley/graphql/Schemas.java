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
import java.util.concurrent.CompletableFuture;

/**
 * The schemas that roles see, made when they are met first. A change of the database makes another model and so another
 * schema; a change of memberships announces itself nowhere, so a schema is made anew after a while.
 */
final class Schemas {
    private static final Duration AGE = Duration.ofMinutes(5);

    private final List<String> names;
    private final GraphqlSettings settings;
    private final RequestTransaction transactions;
    private final AsyncCache<Key, RoleSchema> schemas;

    /** @param introspects whether this caller may ask for the schema at all */
    private record Key(long model, String role, boolean introspects) {}

    /** @param names of the database's schemas that are shown */
    Schemas(List<String> names, GraphqlSettings settings, RequestTransaction transactions) {
        this.names = List.copyOf(names);
        this.settings = settings;
        this.transactions = transactions;
        this.schemas = Caffeine.newBuilder()
                .maximumSize(settings.schemaCache())
                .expireAfterWrite(AGE)
                .buildAsync();
    }

    Future<RoleSchema> of(
            Vertx vertx, SchemaModel model, Caller caller, List<TransactionRequest.LocalSetting> callerSettings) {
        boolean introspects = caller.authenticated() || settings.anonymousIntrospection();
        CompletableFuture<RoleSchema> made = schemas.get(
                new Key(model.version(), caller.role(), introspects),
                (key, executor) -> make(vertx, model, key, callerSettings)
                        .toCompletionStage()
                        .toCompletableFuture());
        return Future.fromCompletionStage(made, vertx.getOrCreateContext());
    }

    private Future<RoleSchema> make(
            Vertx vertx, SchemaModel model, Key key, List<TransactionRequest.LocalSetting> callerSettings) {
        Rights rights = new Rights(names);
        return transactions
                .run(new TransactionRequest(
                        key.role(),
                        callerSettings,
                        true,
                        false,
                        List.of(rights.step()),
                        new TransactionRequest.Commit(),
                        settings.timeout()))
                .outcome()
                .compose(_ -> vertx.executeBlocking(
                        () -> SchemaMaker.make(model, rights, names, settings.introspection())
                                .introspectedBy(key.introspects()),
                        false));
    }
}
