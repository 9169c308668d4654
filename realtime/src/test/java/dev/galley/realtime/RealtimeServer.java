package dev.galley.realtime;

import dev.galley.http.EdgeServer;
import dev.galley.http.HttpSettings;
import dev.galley.identity.Authenticator;
import dev.galley.identity.Caller;
import dev.galley.identity.Identified;
import dev.galley.identity.IdentityMigrations;
import dev.galley.identity.Refusal;
import dev.galley.live.LiveRows;
import dev.galley.live.LiveSettings;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.Migration;
import dev.galley.postgres.Migrations;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.PostgresSettings;
import dev.galley.postgres.changes.ChangeMigrations;
import dev.galley.postgres.changes.ChangeSettings;
import dev.galley.postgres.changes.LogicalChangeStream;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireObserver;
import dev.galley.postgres.wire.WireRequestTransaction;
import dev.galley.postgres.wire.WireSettings;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The service behind the real edge, on a database of its own. A token is {@code ROLE.SUBJECT.SECONDS}: a role, a subject, and the
 * time of its end in seconds since 1970; it is good unless it was revoked.
 */
final class RealtimeServer implements AutoCloseable {
    static final String ANN = "authenticated.ann.9999999999";
    static final String BEN = "authenticated.ben.9999999999";
    static final String ANON = "anon..9999999999";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    final Map<String, Refusal> refusals = new ConcurrentHashMap<>();
    final DatabaseAddress address;
    final RealtimeService service;
    private final Vertx vertx;
    private final PlatformDatabase database;
    private final WireRequestTransaction transactions;
    private final LogicalChangeStream changes;
    private final EdgeServer edge;
    volatile InstantSource clock = InstantSource.system();

    private RealtimeServer(DatabaseAddress address, String... flags) throws Exception {
        this.address = address;
        FlagLayer layer = new FlagLayer()
                .set("http.port=0")
                .set("http.access-log=off")
                .set("http.event-loops=2")
                .set("realtime.refusal-delay=0s")
                .set("realtime.drain-window=0s")
                .set("realtime.presence.diff-interval=5ms")
                .set("realtime.presence.max-calls=1000")
                .set("realtime.nodes.heartbeat=100ms");
        for (String flag : flags) {
            layer.set(flag);
        }
        Settings settings = new Settings(layer);
        database = PlatformDatabase.open(
                address, PostgresSettings.from(new Settings()).pool());
        List<Migration> migrations = new ArrayList<>(IdentityMigrations.all());
        migrations.addAll(ChangeMigrations.all());
        migrations.addAll(RealtimeMigrations.all());
        new Migrations(database, migrations).run();
        EdgeServer.prepare();
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
        transactions = new WireRequestTransaction(vertx, address, WireSettings.from(settings), WireObserver.NONE, 2);
        HttpSettings http = HttpSettings.from(settings);
        Authenticator callers = this::identify;
        changes = new LogicalChangeStream(database, ChangeSettings.from(settings), UUID.randomUUID());
        service = new RealtimeService(
                RealtimeSettings.from(settings),
                vertx,
                http.limits().socketMessage(),
                callers,
                transactions,
                database,
                changes,
                new LiveRows(changes, database, transactions, vertx, 2, "\"public\"", LiveSettings.from(settings)),
                () -> clock.instant(),
                new SecureRandom());
        edge = await(EdgeServer.start(vertx, http, callers, List.of(service), "test"));
    }

    static RealtimeServer start(String... flags) {
        return on(TestPostgres.shared().createDatabase(), flags);
    }

    static RealtimeServer on(DatabaseAddress address, String... flags) {
        try {
            return new RealtimeServer(address, flags);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A second node on the same database. */
    RealtimeServer secondNode(String... flags) {
        return on(address, flags);
    }

    private Identified identify(Optional<String> authorization, Optional<String> apikey) {
        Optional<String> token =
                authorization.map(header -> header.replaceFirst("^Bearer ", "")).or(() -> apikey);
        if (token.isEmpty() || token.get().isEmpty()) {
            return new Refusal.KeyMissing();
        }
        Refusal refusal = refusals.get(token.get());
        if (refusal != null) {
            return refusal;
        }
        String[] parts = token.get().split("\\.", -1);
        if (parts.length != 3) {
            return new Refusal.Malformed("no token");
        }
        String claims = "{\"role\":\"" + parts[0] + "\",\"sub\":\"" + parts[1] + "\""
                + (parts[2].isEmpty() ? "" : ",\"exp\":" + parts[2]) + "}";
        return new Caller(parts[0], claims, Optional.of(parts[1]), true);
    }

    String url() {
        return edge.url() + RealtimeService.PATH;
    }

    int port() {
        return edge.port();
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String token, String type, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    void sql(String sql) {
        TestPostgres.shared().execute(address, sql);
    }

    List<String> query(String sql) {
        return TestPostgres.shared().query(address, sql);
    }

    /** A token that ends then. */
    static String until(String role, String subject, Instant end) {
        return role + "." + subject + "." + end.getEpochSecond();
    }

    static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 10 s: " + what);
            }
            LockSupport.parkNanos(2_000_000);
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
        await(edge.stop());
        changes.close();
        await(transactions.close());
        database.close();
        await(vertx.close());
    }
}
