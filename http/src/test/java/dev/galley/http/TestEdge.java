package dev.galley.http;

import dev.galley.identity.Authenticator;
import dev.galley.identity.Caller;
import dev.galley.identity.Refusal;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A running edge on a free port with the {@link EchoService}, and clients for it. */
final class TestEdge implements AutoCloseable {
    static {
        EdgeServer.prepare();
    }

    private static final Vertx VERTX = Vertx.vertx();

    final EchoService service;
    final ByteArrayOutputStream log = new ByteArrayOutputStream();
    final EdgeServer server;

    private TestEdge(EchoService service, String... settings) {
        this.service = service;
        this.server = await(EdgeServer.start(VERTX, settings(settings), new Keys(), List.of(service), "1.2.3", log));
    }

    static TestEdge start(String... settings) {
        return new TestEdge(new EchoService(), settings);
    }

    static HttpSettings settings(String... assignments) {
        FlagLayer flags = new FlagLayer().set("http.port=0").set("http.event-loops=2");
        for (String assignment : assignments) {
            flags.set(assignment);
        }
        Settings settings = new Settings(flags);
        HttpSettings http = HttpSettings.from(settings);
        settings.rejectUnknown();
        return http;
    }

    URI uri(String path) {
        return URI.create(server.url() + path);
    }

    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) {
        return send(HttpClient.Version.HTTP_1_1, method, path, body, headers);
    }

    HttpResponse<String> send(HttpClient.Version version, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(10))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (Exception e) {
            throw new AssertionError(method + " " + path, e);
        }
    }

    RawClient raw() {
        return new RawClient(server.port());
    }

    String logged() {
        return log.toString(StandardCharsets.UTF_8);
    }

    static void eventually(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 10 s: " + what);
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static Vertx vertx() {
        return VERTX;
    }

    @Override
    public void close() {
        await(server.stop());
    }

    /** {@code apikey: service} is the service role, any other key is unknown, none is missing. */
    private static final class Keys implements Authenticator {
        @Override
        public dev.galley.identity.Identified identify(Optional<String> authorization, Optional<String> apikey) {
            return apikey.<dev.galley.identity.Identified>map(key -> key.equals("service")
                            ? new Caller("service_role", "{}", Optional.empty(), true)
                            : new Refusal.KeyUnknown())
                    .orElseGet(Refusal.KeyMissing::new);
        }
    }
}
