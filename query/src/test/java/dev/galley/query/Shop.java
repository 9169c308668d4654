package dev.galley.query;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireObserver;
import dev.galley.postgres.wire.WireRequestTransaction;
import dev.galley.postgres.wire.WireSettings;
import dev.galley.schema.CatalogLoader;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.SchemaScope;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A small shop in a database of its own; executions run on it through the wire client. */
final class Shop {
    static final PlannerSettings SETTINGS =
            new PlannerSettings(OptionalLong.of(1000), 7, 500, 500, true, 100, 50, 20, Optional.empty());

    private static final Vertx VERTX = Vertx.vertx();

    private final DatabaseAddress address;
    private final RequestTransaction database;
    private final SchemaModel model;
    private final QueryPlanner planner;

    Shop(DatabaseAddress address, PlannerSettings settings) {
        this(address, settings, WireObserver.NONE);
    }

    private Shop(DatabaseAddress address, PlannerSettings settings, WireObserver observer) {
        this.address = address;
        this.planner = new QueryPlanner(settings);
        this.database = new WireRequestTransaction(VERTX, address, WireSettings.DEFAULT, observer, 1);
        try (Connection connection = TestPostgres.shared().connect(address)) {
            model = new CatalogLoader(new SchemaScope(List.of("shop"), List.of("public"), Set.of())).load(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static Shop open() {
        return new Shop(database(), SETTINGS);
    }

    static DatabaseAddress database() {
        try (InputStream script = Shop.class.getResourceAsStream("/shop.sql")) {
            return TestPostgres.shared().createDatabase(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The shop with more in it, known to the model. */
    static Shop with(String sql) {
        DatabaseAddress address = database();
        TestPostgres.shared().execute(address, sql);
        return new Shop(address, SETTINGS);
    }

    Shop with(PlannerSettings settings) {
        return new Shop(address, settings);
    }

    Shop with(WireObserver observer) {
        return new Shop(address, SETTINGS, observer);
    }

    SchemaModel model() {
        return model;
    }

    static QualifiedName name(String name) {
        return new QualifiedName("shop", name);
    }

    List<String> sql(String sql) {
        return TestPostgres.shared().query(address, sql);
    }

    void script(String sql) {
        TestPostgres.shared().execute(address, sql);
    }

    Plan plan(Query query) {
        return planner.plan(query, model);
    }

    String json(Query query, Bindings bindings) {
        return body(query, bindings, ResultFormat.JSON);
    }

    String body(Query query, Bindings bindings, Representation format) {
        return run(query, bindings, format).body();
    }

    /** @param body as text */
    record Answer(String body, Execution.Result result) {}

    Answer run(Query query, Bindings bindings, Representation format) {
        return run(plan(query), bindings, format, 1 << 20, address.user());
    }

    Answer run(Plan plan, Bindings bindings) {
        return run(plan, bindings, ResultFormat.JSON, 1 << 20, address.user());
    }

    Answer as(String role, Query query, Bindings bindings) {
        return run(plan(query), bindings, ResultFormat.JSON, 1 << 20, role);
    }

    Answer run(Plan plan, Bindings bindings, Representation format, int maxBytes, String role) {
        Execution execution = plan.start(bindings, format, maxBytes);
        TransactionRequest request = new TransactionRequest(
                role,
                List.of(),
                plan.readOnly(),
                plan.bounded(bindings),
                execution.steps(),
                new TransactionRequest.Commit(),
                Duration.ofSeconds(30));
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        VERTX.getOrCreateContext()
                .runOnContext(_ -> database.run(request)
                        .outcome()
                        .onComplete(
                                outcome -> {
                                    Execution.Result result = execution.result(outcome);
                                    String body = result.body().toString(StandardCharsets.UTF_8);
                                    result.body().release();
                                    answer.complete(new Answer(body, result));
                                },
                                failure -> {
                                    execution.discard();
                                    answer.completeExceptionally(failure);
                                }));
        try {
            return answer.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause() + " in " + plan.sql(), e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
