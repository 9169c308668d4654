package dev.galley.rest;

import dev.galley.identity.Caller;
import dev.galley.identity.Identified;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.Migrations;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.PostgresSettings;
import dev.galley.postgres.idempotency.IdempotencySweep;
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
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The service on a real planner, wire client and PostgreSQL, with the platform's tables for kept answers. Requests say who calls
 * by the headers {@code As-Role} and {@code As-User}.
 */
final class RestServer implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    final DatabaseAddress database;
    private final Vertx vertx;
    private final LiveSchemaCache schemas;
    private final WireRequestTransaction transactions;
    private final HttpServer server;
    private final RestService service;

    /**
     * @param platform whether the platform's tables are made
     * @param script the tables of the users
     */
    RestServer(boolean platform, String script, Set<String> roles, String... flags) throws Exception {
        database = TestPostgres.shared().createDatabase();
        Settings settings = settings(flags);
        if (platform) {
            try (PlatformDatabase ours = platformDatabase()) {
                new Migrations(ours, IdempotencySweep.migrations()).run();
            }
        }
        TestPostgres.shared().execute(database, script);
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        schemas = new LiveSchemaCache(
                () -> TestPostgres.shared().connect(database),
                new SchemaScope(List.of("public"), List.of(), roles),
                SchemaSettings.from(settings),
                InstantSource.system(),
                () -> {});
        schemas.start();
        transactions = new WireRequestTransaction(vertx, database, WireSettings.from(settings), WireObserver.NONE, 1);
        service = new RestService(
                RestSettings.from(settings),
                new QueryPlanner(PlannerSettings.from(settings)),
                transactions,
                schemas,
                RestServer::caller,
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

    private static Settings settings(String... flags) {
        FlagLayer layer = new FlagLayer().set("api.schemas=public");
        for (String flag : flags) layer = layer.set(flag);
        return new Settings(layer);
    }

    /** As a reload of the configuration does it. */
    void reconfigure(String... flags) {
        Settings settings = settings(flags);
        service.reconfigure(RestSettings.from(settings), new QueryPlanner(PlannerSettings.from(settings)));
    }

    PlatformDatabase platformDatabase() {
        return PlatformDatabase.open(
                database, PostgresSettings.from(new Settings(new FlagLayer())).pool());
    }

    private static Identified caller(RoutingContext context) {
        String role =
                Optional.ofNullable(context.request().getHeader("As-Role")).orElse("rest_member");
        Optional<String> user = Optional.ofNullable(context.request().getHeader("As-User"));
        String claims = "{\"role\":\"" + role + "\""
                + user.map(id -> ",\"sub\":\"" + id + "\"").orElse("") + "}";
        return new Caller(role, claims, user, true);
    }

    CompletableFuture<HttpResponse<String>> start(String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + "/rest/v1" + path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        return start(method, path, body, headers).get(30, TimeUnit.SECONDS);
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, "", headers);
    }

    /** The body without white space. */
    static String compact(HttpResponse<String> response) {
        return response.body().replaceAll("\\s+", "");
    }

    /** The caller closes it. */
    Connection connect() {
        return TestPostgres.shared().connect(database);
    }

    List<String> query(String sql) {
        return TestPostgres.shared().query(database, sql);
    }

    void execute(String sql) {
        TestPostgres.shared().execute(database, sql);
    }

    @Override
    public void close() throws Exception {
        transactions.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        schemas.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
