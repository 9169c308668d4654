package dev.galley.rest;

import dev.galley.identity.Caller;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.JdbcConnections;
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
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The service on a real planner, wire client and a PostgreSQL database of its own. The caller is who the headers {@code X-Role} and
 * {@code X-Claims} say.
 */
final class LiveRest implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final DatabaseAddress database;
    private final Vertx vertx;
    private final LiveSchemaCache schemas;
    private final WireRequestTransaction transactions;
    private final HttpServer server;

    LiveRest(String script, Set<String> roles, String... settingsGiven) throws Exception {
        database = TestPostgres.shared().createDatabase(script);
        FlagLayer flags = new FlagLayer().set("api.schemas=public").set("query.aggregates=true");
        for (String each : settingsGiven) flags = flags.set(each);
        Settings settings = new Settings(flags);
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        schemas = new LiveSchemaCache(
                this::connect,
                new SchemaScope(List.of("public"), List.of(), roles),
                SchemaSettings.from(settings),
                InstantSource.system(),
                () -> {});
        schemas.start();
        transactions = new WireRequestTransaction(vertx, database, WireSettings.from(settings), WireObserver.NONE, 1);
        var service = new RestService(
                RestSettings.from(settings),
                new QueryPlanner(PlannerSettings.from(settings)),
                transactions,
                schemas,
                context -> caller(
                        context.request().getHeader("X-Role"), context.request().getHeader("X-Claims")),
                context -> "test");
        Router router = Router.router(vertx);
        service.routes(router);
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private static Caller caller(String role, String claims) {
        String name = role == null ? "rest_user" : role;
        return new Caller(name, claims == null ? "{\"role\":\"" + name + "\"}" : claims, Optional.empty(), true);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(JdbcConnections.url(database), JdbcConnections.properties(database));
    }

    void execute(String sql) {
        TestPostgres.shared().execute(database, sql);
    }

    List<String> query(String sql) {
        return TestPostgres.shared().query(database, sql);
    }

    /** Reads the schema anew and waits until a newer one is in use. */
    void reloadSchema() throws Exception {
        long before = schemas.current().version();
        schemas.reload();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (schemas.current().version() == before && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, "", headers);
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + "/rest/v1" + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The body without white space. */
    static String compact(HttpResponse<String> response) {
        return response.body().replaceAll("\\s+", "");
    }

    @Override
    public void close() throws Exception {
        transactions.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        schemas.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
