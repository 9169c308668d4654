package dev.galley.auth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.galley.auth.hook.Hook;
import dev.galley.identity.StrictJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.node.ObjectNode;

/** A program of the project's own that hooks ask over HTTP; checks every signature. */
final class HookReceiver implements AutoCloseable {
    static final String SECRET = secret("a secret of thirty-two bytes ...");

    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger badSignatures = new AtomicInteger();
    final List<ObjectNode> events = new CopyOnWriteArrayList<>();
    private final HttpServer http;

    /** What the receiver does with the n-th request: its status, type and body. */
    record Told(int status, String type, String body) {
        static Told json(String body) {
            return new Told(200, "application/json", body);
        }
    }

    /** How it answers. */
    interface Behaviour {
        Told answer(int call, ObjectNode event) throws Exception;
    }

    HookReceiver(Behaviour behaviour) throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", exchange -> answer(exchange, behaviour));
        http.start();
    }

    static String secret(String text) {
        return "v1,whsec_" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void answer(HttpExchange exchange, Behaviour behaviour) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (!signed(exchange, body, SECRET)) {
                badSignatures.incrementAndGet();
            }
            ObjectNode event = (ObjectNode) StrictJson.read(new String(body, StandardCharsets.UTF_8));
            events.add(event);
            Told told = behaviour.answer(calls.incrementAndGet(), event);
            exchange.getResponseHeaders().set("Content-Type", told.type());
            exchange.getResponseHeaders().set("Retry-After", "1");
            byte[] answer = told.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(told.status(), answer.length);
            exchange.getResponseBody().write(answer);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static boolean signed(HttpExchange exchange, byte[] body, String secret) throws Exception {
        var headers = exchange.getRequestHeaders();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("v1,whsec_".length())), "HmacSHA256"));
        mac.update((headers.getFirst("webhook-id") + "." + headers.getFirst("webhook-timestamp") + ".")
                .getBytes(StandardCharsets.UTF_8));
        String wanted = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        return List.of(headers.getFirst("webhook-signature").split(" ", -1)).contains(wanted);
    }

    /** A server with one hook, answered here. */
    AuthServer server(Hook hook, String... more) {
        List<String> flags = new ArrayList<>(List.of(
                hook.key() + ".enabled=true",
                hook.key() + ".uri=http://127.0.0.1:" + http.getAddress().getPort() + "/hook",
                hook.key() + ".secrets=" + SECRET));
        flags.addAll(List.of(more));
        return AuthServer.start(flags.toArray(String[]::new));
    }

    /** A server with one hook that is a function. */
    static AuthServer withFunction(Hook hook, String body, String... more) {
        List<String> flags = new ArrayList<>(
                List.of(hook.key() + ".enabled=true", hook.key() + ".uri=pg-functions://postgres/public/hook"));
        flags.addAll(List.of(more));
        AuthServer server = AuthServer.start(flags.toArray(String[]::new));
        server.execute("create table public.seen (event jsonb); grant all on public.seen to supabase_auth_admin;"
                + " create function public.hook(event jsonb) returns jsonb language plpgsql as $f$ begin"
                + " insert into public.seen values (event); " + body
                + " end $f$; grant usage on schema public to supabase_auth_admin");
        return server;
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
