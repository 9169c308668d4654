package dev.galley.graphql;

import dev.galley.http.EdgeServer;
import dev.galley.http.HttpSettings;
import dev.galley.identity.Authenticator;
import dev.galley.identity.Caller;
import dev.galley.identity.Identified;
import dev.galley.identity.Refusal;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.Migrations;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.PostgresSettings;
import dev.galley.postgres.idempotency.IdempotencySettings;
import dev.galley.postgres.idempotency.IdempotencySweep;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireObserver;
import dev.galley.postgres.wire.WireRequestTransaction;
import dev.galley.postgres.wire.WireSettings;
import dev.galley.schema.LiveSchemaCache;
import dev.galley.schema.SchemaScope;
import dev.galley.schema.SchemaSettings;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The service behind the real edge, on a database of its own. The API key is the role, and behind a slash the subject; without one the caller is anonymous. */
final class GraphqlServer implements AutoCloseable {
    private static final String SCHEMAS = "api.schemas=";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final DatabaseAddress database;
    private final Vertx vertx;
    private final LiveSchemaCache schemas;
    private final WireRequestTransaction transactions;
    private final EdgeServer server;

    GraphqlServer(String sql, Set<String> roles, String... settings) throws SQLException {
        this(null, sql, roles, settings);
    }

    /** @param preRequest a function to call before everything else */
    GraphqlServer(@Nullable String preRequest, String sql, Set<String> roles, String... settings) throws SQLException {
        database = TestPostgres.shared().createDatabase(sql);
        FlagLayer flags =
                new FlagLayer().set("api.schemas=public").set("http.port=0").set("http.access-log=off");
        List<String> shown = List.of("public");
        for (String each : settings) {
            flags = flags.set(each);
            if (each.startsWith(SCHEMAS)) {
                shown = List.of(each.substring(SCHEMAS.length()).split(","));
            }
        }
        Settings all = new Settings(flags);
        EdgeServer.prepare();
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        schemas = new LiveSchemaCache(
                () -> TestPostgres.shared().connect(database),
                new SchemaScope(shown, List.of(), roles),
                SchemaSettings.from(all),
                InstantSource.system(),
                () -> {});
        schemas.start();
        transactions = new WireRequestTransaction(vertx, database, WireSettings.from(all), WireObserver.NONE, 1);
        GraphqlService service = new GraphqlService(
                GraphqlSettings.from(all),
                new Database(
                        shown,
                        List.of(),
                        Map.of("app.settings.house", "galley"),
                        Optional.ofNullable(preRequest),
                        IdempotencySettings.DEFAULT),
                transactions,
                schemas);
        Authenticator callers =
                (authorization, apikey) -> apikey.map(GraphqlServer::caller).orElseGet(Refusal.KeyMissing::new);
        server = await(EdgeServer.start(vertx, HttpSettings.from(all), callers, List.of(service), "test"));
    }

    private static Identified caller(String key) {
        String[] parts = key.split("/", 2);
        String subject = parts.length > 1 ? parts[1] : "";
        String claims = "{\"role\":\"" + parts[0] + "\",\"sub\":\"" + subject + "\"}";
        return new Caller(parts[0], claims, Optional.empty(), parts.length > 1);
    }

    /** The answer, with single quotes for double ones. */
    String ask(String caller, String query) throws Exception {
        return ask(caller, query, "{}");
    }

    /** @param variables JSON, with single quotes for double ones */
    String ask(String caller, String query, String variables) throws Exception {
        var body = StrictJson.newObject().put("query", query);
        body.set("variables", StrictJson.read(variables.replace('\'', '"')));
        return post(caller, StrictJson.write(body)).body().replace('"', '\'');
    }

    HttpResponse<String> post(String caller, String body) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(url()))
                        .header("apikey", caller)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Calls a function by way of REST. */
    HttpResponse<String> rpc(String caller, String profile, String body) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.url() + "/rest/v1/rpc/graphql"))
                        .header("apikey", caller)
                        .header("Content-Type", "application/json")
                        .header("Content-Profile", profile)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> send(String method, String query, String... headers) throws Exception {
        return send(method, query, HttpRequest.BodyPublishers.noBody(), headers);
    }

    HttpResponse<String> postWith(String body, String... headers) throws Exception {
        return send("POST", "", HttpRequest.BodyPublishers.ofString(body), headers);
    }

    private HttpResponse<String> send(String method, String query, HttpRequest.BodyPublisher body, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url() + query)).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Asks by GET. */
    HttpResponse<String> get(String query, String... headers) throws Exception {
        return send("GET", "?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8), headers);
    }

    /** Installs what keeps answers to mutations with a key. */
    void keepAnswers() {
        try (PlatformDatabase ours = PlatformDatabase.open(
                database, PostgresSettings.from(new Settings(new FlagLayer())).pool())) {
            new Migrations(ours, IdempotencySweep.migrations()).run();
        }
    }

    JsonNode json(String caller, String query) throws Exception {
        return StrictJson.read(ask(caller, query).replace('\'', '"'));
    }

    private String url() {
        return server.url() + GraphqlService.PATH;
    }

    List<String> sql(String sql) {
        return TestPostgres.shared().query(database, sql);
    }

    void execute(String sql) throws SQLException {
        try (var connection = TestPostgres.shared().connect(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
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
        await(server.stop());
        await(transactions.close());
        schemas.close();
        await(vertx.close());
    }
}
