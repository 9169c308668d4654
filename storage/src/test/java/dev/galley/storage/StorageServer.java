package dev.galley.storage;

import dev.galley.http.EdgeServer;
import dev.galley.http.HttpSettings;
import dev.galley.identity.Authenticator;
import dev.galley.identity.Caller;
import dev.galley.identity.Identified;
import dev.galley.identity.IdentityMigrations;
import dev.galley.identity.Refusal;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.Migration;
import dev.galley.postgres.Migrations;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.PostgresSettings;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireObserver;
import dev.galley.postgres.wire.WireRequestTransaction;
import dev.galley.postgres.wire.WireSettings;
import dev.galley.schema.LiveSchemaCache;
import dev.galley.schema.SchemaScope;
import dev.galley.schema.SchemaSettings;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import dev.galley.storage.sign.SignedTokens;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The service behind the real edge, on a database and a folder of its own. The API key is the role, and behind a slash the subject. */
final class StorageServer implements AutoCloseable {
    static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    static final byte[] JWT_SECRET =
            "the old secret of the project, which is long".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    static final String SERVICE = "service_role";
    static final String ANON = "anon";
    static final String ALICE = "authenticated/6f1b1d3e-0000-4000-8000-00000000000a";
    static final String BOB = "authenticated/6f1b1d3e-0000-4000-8000-00000000000b";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    final DatabaseAddress database;
    final Path folder;
    private final Vertx vertx;
    private final PlatformDatabase platform;
    private final LiveSchemaCache schemas;
    private final WireRequestTransaction transactions;
    private final EdgeServer server;
    private Duration ahead = Duration.ZERO;

    StorageServer(String sql, String... settings) throws SQLException, IOException {
        this(TestPostgres.shared().createDatabase(), Files.createTempDirectory("galley-storage"), sql, settings);
    }

    /** @param sql run after the migrations */
    StorageServer(DatabaseAddress database, Path folder, String sql, String... settings)
            throws SQLException, IOException {
        this.database = database;
        this.folder = folder;
        FlagLayer flags = new FlagLayer()
                .set("api.schemas=public")
                .set("http.port=0")
                .set("http.access-log=off")
                .set("storage.fsync=false");
        for (String each : settings) {
            flags = flags.set(each);
        }
        Settings all = new Settings(flags);
        EdgeServer.prepare();
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        platform = PlatformDatabase.open(database, PostgresSettings.from(all).pool());
        List<Migration> migrations = new ArrayList<>(IdentityMigrations.all());
        migrations.addAll(StorageMigrations.all());
        new Migrations(platform, migrations).run();
        execute(sql);
        schemas = new LiveSchemaCache(
                () -> TestPostgres.shared().connect(database),
                new SchemaScope(List.of("public"), List.of(), Set.of("anon", "authenticated", "service_role")),
                SchemaSettings.from(all),
                InstantSource.system(),
                () -> {});
        schemas.start();
        transactions = new WireRequestTransaction(vertx, database, WireSettings.from(all), WireObserver.NONE, 1);
        StorageService service = new StorageService(
                StorageSettings.from(all),
                new StorageService.Foundation(
                        platform,
                        transactions,
                        schemas,
                        new SignedTokens(KEY, Optional.of(JWT_SECRET), clock()),
                        folder,
                        clock()));
        Authenticator callers =
                (authorization, apikey) -> apikey.map(StorageServer::caller).orElseGet(Refusal.KeyMissing::new);
        server = await(EdgeServer.start(vertx, HttpSettings.from(all), callers, List.of(service), "test"));
    }

    /** A clock that a test can set forward. */
    private Clock clock() {
        return new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.now().plus(ahead);
            }
        };
    }

    void advance(Duration time) {
        ahead = ahead.plus(time);
    }

    private static Identified caller(String key) {
        String[] parts = key.split("/", 2);
        var claims = StrictJson.newObject().put("role", parts[0]);
        if (parts.length > 1) {
            claims.put("sub", parts[1]);
        }
        return new Caller(
                parts[0],
                StrictJson.write(claims),
                parts.length > 1 ? Optional.of(parts[1]) : Optional.empty(),
                parts.length > 1);
    }

    String url() {
        return server.url() + StorageService.PREFIX;
    }

    /** Sends a request; headers are name, value, name, value. The caller null sends no key. */
    HttpResponse<byte[]> send(
            @Nullable String caller, String method, String path, byte @Nullable [] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (caller != null) {
            request.header("apikey", caller);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> get(@Nullable String caller, String path, String... headers)
            throws IOException, InterruptedException {
        return send(caller, "GET", path, null, headers);
    }

    HttpResponse<byte[]> upload(@Nullable String caller, String path, String content, String... headers)
            throws IOException, InterruptedException {
        return send(caller, "POST", "/object/" + path, bytes(content), headers);
    }

    /** @param json with single quotes for double ones */
    JsonNode json(@Nullable String caller, String method, String path, String json, String... headers)
            throws IOException, InterruptedException {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/json";
        HttpResponse<byte[]> answer = send(caller, method, path, bytes(json.replace('\'', '"')), all);
        return StrictJson.read(text(answer));
    }

    static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** The status and code that the body of a refusal names, such as {@code 403 AccessDenied}. */
    static String refusal(HttpResponse<byte[]> answer) {
        return refusal(StrictJson.read(text(answer)));
    }

    static String refusal(JsonNode body) {
        return body.path("statusCode").asString("") + " " + body.path("code").asString("");
    }

    List<String> sql(String sql) {
        return TestPostgres.shared().query(database, sql);
    }

    void execute(String sql) {
        if (!sql.isEmpty()) {
            TestPostgres.shared().execute(database, sql);
        }
    }

    /** The files of the local store. */
    List<Path> files() throws IOException {
        try (var tree = Files.walk(folder)) {
            return tree.filter(Files::isRegularFile).toList();
        }
    }

    static <T> T await(Future<T> future) {
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
        platform.close();
        await(vertx.close());
    }
}
