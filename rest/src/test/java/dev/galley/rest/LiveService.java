package dev.galley.rest;

import dev.galley.identity.Caller;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireObserver;
import dev.galley.postgres.wire.WireRequestTransaction;
import dev.galley.postgres.wire.WireSettings;
import dev.galley.query.PlannerSettings;
import dev.galley.query.QueryPlanner;
import dev.galley.schema.LiveSchemaCache;
import dev.galley.schema.SchemaScope;
import dev.galley.schema.SchemaSettings;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * The service on a real planner, wire client and PostgreSQL, in a database of its own. Who calls is what the request's header
 * {@code X-Caller} says: the role, and behind a slash the tenant in the claims.
 */
final class LiveService implements AutoCloseable {
    final DatabaseAddress database;
    private final Vertx vertx;
    private final LiveSchemaCache schemas;
    private final WireRequestTransaction transactions;
    private final HttpServer server;

    /**
     * @param script a resource that makes the database
     * @param roles those that callers may have
     * @param door what stands between the service and the database
     */
    LiveService(String script, Set<String> roles, UnaryOperator<RequestTransaction> door, List<String> settings)
            throws SQLException {
        database = TestPostgres.shared().createDatabase(resource(script));
        FlagLayer flags = new FlagLayer().set("api.schemas=public");
        for (String each : settings) flags = flags.set(each);
        Settings all = new Settings(flags);
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        schemas = new LiveSchemaCache(
                () -> TestPostgres.shared().connect(database),
                new SchemaScope(List.of("public"), List.of(), roles),
                SchemaSettings.from(all),
                InstantSource.system(),
                () -> {});
        schemas.start();
        transactions = new WireRequestTransaction(vertx, database, WireSettings.from(all), WireObserver.NONE, 1);
        RestService service = new RestService(
                RestSettings.from(all),
                new QueryPlanner(PlannerSettings.from(all)),
                door.apply(transactions),
                schemas,
                context -> caller(Optional.ofNullable(context.request().getHeader("X-Caller"))),
                _ -> "test");
        Router router = Router.router(vertx);
        service.routes(router);
        server = await(vertx.createHttpServer(new HttpServerOptions().setMaxInitialLineLength(1 << 16))
                .requestHandler(router)
                .listen(0, "127.0.0.1"));
    }

    private static Caller caller(Optional<String> header) {
        String[] parts = header.orElse("").split("/", 2);
        String tenant = parts.length > 1 ? parts[1] : "";
        String claims = "{\"role\":\"" + parts[0] + "\",\"tenant\":\"" + tenant + "\"}";
        return new Caller(parts[0], claims, Optional.empty(), true);
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.actualPort() + "/rest/v1" + path;
    }

    List<String> sql(String sql) {
        return TestPostgres.shared().query(database, sql);
    }

    private static String resource(String name) {
        try (var in = Objects.requireNonNull(LiveService.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        await(server.close());
        await(transactions.close());
        schemas.close();
        await(vertx.close());
    }
}
