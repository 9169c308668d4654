package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The service on a real planner, wire client and PostgreSQL. */
class RestDatabaseTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static DatabaseAddress database;
    private static Vertx vertx;
    private static LiveSchemaCache schemas;
    private static WireRequestTransaction transactions;
    private static HttpServer server;

    @BeforeAll
    static void open() throws Exception {
        database = TestPostgres.shared().createDatabase();
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute("""
                    do $$ begin create role rest_reader nologin; exception when duplicate_object then null; end $$;
                    create table owners (id int primary key, name text not null);
                    create table items (id int primary key, owner int references owners, name text, price numeric);
                    create table canary (id int primary key);
                    insert into owners values (1, 'Ann'), (2, 'Bob');
                    insert into items values (1, 1, 'pen', 1.50), (2, 1, 'ink', 2), (3, 2, 'cap', null);
                    insert into canary values (1);
                    grant select, insert, update, delete on owners, items to rest_reader;
                    create function total(owner_id int) returns numeric language sql stable
                        as 'select sum(price) from public.items where owner = owner_id';
                    """);
        }
        Settings settings =
                new Settings(new FlagLayer().set("api.schemas=public").set("rest.max-response=64KiB"));
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        SchemaSettings schemaSettings = SchemaSettings.from(settings);
        schemas = new LiveSchemaCache(
                RestDatabaseTest::connect,
                new SchemaScope(List.of("public"), List.of(), Set.of("rest_reader")),
                schemaSettings,
                InstantSource.system(),
                () -> {});
        schemas.start();
        transactions = new WireRequestTransaction(vertx, database, WireSettings.from(settings), WireObserver.NONE, 1);
        Caller caller = new Caller("rest_reader", "{\"role\":\"rest_reader\"}", Optional.empty(), true);
        var service = new RestService(
                RestSettings.from(settings),
                new QueryPlanner(PlannerSettings.from(settings)),
                transactions,
                schemas,
                context -> caller,
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

    @AfterAll
    static void close() throws Exception {
        transactions.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        schemas.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(JdbcConnections.url(database), JdbcConnections.properties(database));
    }

    private static HttpResponse<String> send(String method, String path, String body, String... headers)
            throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + "/rest/v1" + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String compact(HttpResponse<String> response) {
        return response.body().replaceAll("\\s+", "");
    }

    @Test
    void anAnswerThatIsTooLargeSaysThatItsWriteMayHaveBeenMade() throws Exception {
        String huge = "{\"id\":77,\"name\":\"" + "x".repeat(70_000) + "\"}";
        var written = send("POST", "/owners", huge, "Prefer", "return=representation");
        assertThat(written.statusCode()).isEqualTo(413);
        assertThat(written.body()).contains("GLY-REST02", "may have been made");
        assertThat(send("GET", "/owners?select=id&id=eq.77", "").body()).isEqualTo("[{\"id\":77}]");
        var read = send("GET", "/owners?id=eq.77", "");
        assertThat(read.statusCode()).isEqualTo(413);
        assertThat(read.body()).contains("GLY-REST02").doesNotContain("may have been made");
        assertThat(send("DELETE", "/owners?id=eq.77", "").statusCode()).isEqualTo(204);
    }

    @Test
    void readsAcrossRelations() throws Exception {
        var response = send(
                "GET",
                "/owners?select=name,items(name,price)&items.order=name&order=id&limit=1",
                "",
                "Prefer",
                "count=exact");
        assertThat(response.statusCode()).isEqualTo(206);
        assertThat(response.headers().firstValue("Content-Range")).contains("0-0/2");
        assertThat(compact(response))
                .isEqualTo(
                        "[{\"name\":\"Ann\",\"items\":[{\"name\":\"ink\",\"price\":2},{\"name\":\"pen\",\"price\":1.50}]}]");
        assertThat(send("GET", "/rpc/total?owner_id=1", "").body()).isEqualTo("3.50");
    }

    @Test
    void writesAndUndoesWhatIsNotAccepted() throws Exception {
        var inserted = send(
                "POST", "/items?select=id,name", "[{\"id\":10,\"name\":\"x\"}]", "Prefer", "return=representation");
        assertThat(inserted.statusCode()).isEqualTo(201);
        assertThat(compact(inserted)).isEqualTo("[{\"id\":10,\"name\":\"x\"}]");
        assertThat(send("POST", "/items", "{\"id\":10}").statusCode()).isEqualTo(409);
        var refused =
                send("PATCH", "/items?id=gt.0", "{\"name\":\"all\"}", "Accept", "application/vnd.pgrst.object+json");
        assertThat(refused.statusCode()).isEqualTo(406);
        assertThat(compact(send("GET", "/items?name=eq.all", ""))).isEqualTo("[]");
        var limited = send("DELETE", "/items?id=gt.0", "", "Prefer", "handling=strict, max-affected=1");
        assertThat(limited.body()).contains("PGRST124");
        assertThat(send("DELETE", "/items?id=eq.10", "").statusCode()).isEqualTo(204);
        assertThat(compact(send("GET", "/items?select=id&order=id", "")))
                .isEqualTo("[{\"id\":1},{\"id\":2},{\"id\":3}]");
    }

    @Test
    void refusesWhatTheRoleMayNot() throws Exception {
        var response = send("GET", "/canary", "");
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).contains("42501");
    }

    /** SQL in every place of a request: it is a value, or a name that does not exist; nothing else happens. */
    @Test
    void takesSqlForWhatItIs() throws Exception {
        for (String attack : List.of(
                "'; drop table canary; --",
                "\"; drop table canary; --",
                "1); delete from canary; --",
                "$$; drop table canary; $$",
                "\\'; drop table canary; --",
                "/*",
                "x' or '1'='1",
                "%",
                "\u0001",
                "');select pg_sleep(9)--")) {
            String sql = URLEncoder.encode(attack, StandardCharsets.UTF_8);
            String quoted = URLEncoder.encode(
                    "\"" + attack.replace("\\", "\\\\").replace("\"", "\\\"") + "\"", StandardCharsets.UTF_8);
            for (String path : List.of(
                    "/items?name=eq." + sql,
                    "/items?name=in.(" + quoted + ")",
                    "/items?name=like." + sql,
                    "/items?or=(name.eq." + quoted + ",id.eq.9)",
                    "/items?" + quoted + "=eq.1",
                    "/items?select=" + quoted,
                    "/items?select=x:name," + quoted + ":id",
                    "/items?select=name::" + sql,
                    "/items?select=owners!" + quoted + "(id)",
                    "/items?select=name-%3E" + quoted,
                    "/items?order=" + quoted,
                    "/items?limit=" + sql,
                    "/items?name=fts(" + sql + ").x",
                    "/" + sql,
                    "/rpc/" + sql,
                    "/rpc/total?" + quoted + "=1",
                    "/rpc/total?owner_id=" + sql)) {
                var response = send("GET", path.replace("+", "%20"), "");
                assertThat(response.statusCode()).as(path).isLessThan(500);
            }
            for (String path : List.of("/items?on_conflict=" + quoted, "/items?columns=" + quoted)) {
                var response = send(
                        "POST", path.replace("+", "%20"), "[{\"id\":1}]", "Prefer", "resolution=ignore-duplicates");
                assertThat(response.statusCode()).as(path).isBetween(400, 499);
            }
            var profile = send("GET", "/items", "", "Accept-Profile", attack.replace("\u0001", "x"));
            assertThat(profile.statusCode()).isEqualTo(406);
        }
        try (Connection connection = connect();
                var rows = connection.createStatement().executeQuery("select count(*) from canary")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(1);
        }
    }
}
