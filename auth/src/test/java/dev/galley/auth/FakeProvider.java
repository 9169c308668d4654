package dev.galley.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A provider of OpenID Connect on this computer, with keys of its own, which does as it is told, also what it must not. */
final class FakeProvider implements AutoCloseable {
    static final String CLIENT = "galley-client";
    static final String SECRET = "galley-secret";

    private final HttpServer server;
    private final Clock clock;
    private final ECKey key = key("fake-1");
    private final CountDownLatch closing = new CountDownLatch(1);

    /** What the next user is. */
    final AtomicReference<Map<String, Object>> user = new AtomicReference<>(Map.of());
    /** Changes to the next ID token. */
    final AtomicReference<Consumer<JWTClaimsSet.Builder>> twist = new AtomicReference<>(_ -> {});
    /** How the next ID token is signed: {@code ES256}, {@code other key}, {@code none}, {@code HS256}. */
    final AtomicReference<String> signature = new AtomicReference<>("ES256");
    /** What the token endpoint answers instead: {@code huge}, {@code slow}, {@code redirect}, {@code error}, {@code html}. */
    final AtomicReference<String> trouble = new AtomicReference<>("");

    final AtomicReference<String> nonce = new AtomicReference<>("");
    final AtomicReference<Map<String, String>> lastForm = new AtomicReference<>(Map.of());
    final AtomicInteger redeemed = new AtomicInteger();
    final AtomicReference<String> issuer = new AtomicReference<>();

    FakeProvider(Clock clock) {
        this.clock = clock;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        issuer.set(url());
        server.createContext(
                "/.well-known/openid-configuration",
                exchange -> answer(exchange, 200, """
                {"issuer":"%1$s","authorization_endpoint":"%2$s/authorize","token_endpoint":"%2$s/token",
                 "userinfo_endpoint":"%2$s/userinfo","jwks_uri":"%2$s/jwks"}""".formatted(issuer.get(), url())));
        server.createContext("/jwks", exchange -> answer(exchange, 200, new JWKSet(key.toPublicJWK()).toString()));
        server.createContext("/token", this::token);
        server.createContext("/userinfo", exchange -> answer(exchange, 200, new JWTClaimsSetJson(user.get()).text()));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private record JWTClaimsSetJson(Map<String, Object> claims) {
        String text() {
            JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder();
            claims.forEach(builder::claim);
            return builder.build().toString();
        }
    }

    private void token(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> form = new HashMap<>();
        new QueryStringDecoder(body, false).parameters().forEach((name, values) -> form.put(name, values.getFirst()));
        lastForm.set(form);
        redeemed.incrementAndGet();
        switch (trouble.get()) {
            case "huge" -> answer(exchange, 200, "{\"access_token\":\"" + "x".repeat(4 << 20) + "\"}");
            case "slow" -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
                try {
                    closing.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                exchange.close();
            }
            case "redirect" -> {
                exchange.getResponseHeaders().set("Location", url() + "/token");
                answer(exchange, 307, "");
            }
            case "error" -> answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
            case "html" -> answer(exchange, 200, "<html>welcome</html>");
            default -> answer(exchange, 200, """
                    {"access_token":"provider-access","refresh_token":"provider-refresh","token_type":"Bearer",
                     "id_token":"%s"}""".formatted(idToken(nonce.get())));
        }
    }

    /** An ID token for the user that is set, twisted and signed as is set. */
    String idToken(String nonce) {
        Instant now = clock.instant();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer.get())
                .audience(CLIENT)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
        if (!nonce.isEmpty()) {
            claims.claim("nonce", nonce);
        }
        user.get().forEach(claims::claim);
        twist.get().accept(claims);
        try {
            return switch (signature.get()) {
                case "none" -> new PlainJWT(claims.build()).serialize();
                case "other key" -> signed(claims.build(), key("fake-1"));
                case "HS256" -> {
                    SignedJWT jwt = new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.HS256)
                                    .keyID("fake-1")
                                    .build(),
                            claims.build());
                    jwt.sign(new MACSigner(key.toPublicJWK().toString().getBytes(StandardCharsets.UTF_8)));
                    yield jwt.serialize();
                }
                default -> signed(claims.build(), key);
            };
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String signed(JWTClaimsSet claims, ECKey key) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private static ECKey key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().put("Content-Type", List.of("application/json"));
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        } catch (IOException refusedToRead) {
            exchange.close();
        }
    }

    /** As it is at first. */
    void reset() {
        twist.set(_ -> {});
        signature.set("ES256");
        trouble.set("");
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
    }
}
