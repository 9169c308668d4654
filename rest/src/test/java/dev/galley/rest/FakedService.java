package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.identity.Identified;
import dev.galley.postgres.idempotency.IdempotencySettings;
import dev.galley.query.CostSettings;
import dev.galley.rest.RestSettings.TransactionEnd;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A test of the service in front of {@link Fakes}; every buffer must be released in the end. */
abstract class FakedService {
    private static Vertx vertx;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final OpenApiSettings OPEN_API = new OpenApiSettings(
            OpenApiSettings.Mode.FOLLOW_PRIVILEGES, false, Optional.empty(), Optional.empty(), 1 << 20);

    Fakes fakes = new Fakes();
    Identified caller = Fakes.caller(true);
    private Optional<HttpServer> server = Optional.empty();

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        if (server.isPresent()) {
            server.get().close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        assertThat(fakes.buffers).allSatisfy(buffer -> awaitReleased(buffer));
    }

    private static void awaitReleased(io.netty.buffer.ByteBuf buffer) {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (buffer.refCnt() > 0 && System.nanoTime() < deadline) Thread.onSpinWait();
        assertThat(buffer.refCnt()).isZero();
    }

    private static RestSettings settings(TransactionEnd end) {
        return new RestSettings(
                List.of("public", "api"),
                List.of("extensions"),
                end,
                false,
                true,
                true,
                true,
                true,
                DatabaseSettings.DEFAULT,
                OPEN_API,
                true,
                10,
                100,
                100,
                1 << 20,
                1 << 20,
                Duration.ofSeconds(10),
                TxSettings.DEFAULT,
                IdempotencySettings.DEFAULT,
                new CostSettings(0, Set.of(), Duration.ZERO),
                CacheSettings.NONE);
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        if (server.isEmpty()) start(TransactionEnd.COMMIT_ALLOW_OVERRIDE);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.orElseThrow().actualPort() + "/rest/v1" + path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.ISO_8859_1)));
        if (headers.length > 0) request.headers(headers);
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    void start(TransactionEnd end) throws Exception {
        var service = new RestService(settings(end), fakes, fakes, Fakes::schema, context -> caller, context -> "test");
        Router router = Router.router(vertx);
        service.routes(router);
        server = Optional.of(vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS));
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
