package dev.galley.identity;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** An identity provider's page of keys, which answers what a test wants and counts how often it was asked. */
final class JwksServer implements AutoCloseable {
    final AtomicInteger questions = new AtomicInteger();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Answer answer = exchange -> respond(exchange, 200, "{\"keys\":[]}");

    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    JwksServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            questions.incrementAndGet();
            answer.to(exchange);
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys?apikey=hidden";
    }

    /** Publishes the public halves. */
    JwksServer publish(JWK... keys) {
        return answer(200, new JWKSet(List.of(keys)).toString(true));
    }

    JwksServer answer(int status, String body) {
        return answer(exchange -> respond(exchange, status, body));
    }

    JwksServer answer(Answer next) {
        answer = next;
        return this;
    }

    /** Returns when it has been asked this many times more. */
    void untilAskedAgain(int times) {
        int before = questions.get();
        eventually(() -> questions.get() >= before + times);
    }

    static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 20 s");
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    static void respond(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
