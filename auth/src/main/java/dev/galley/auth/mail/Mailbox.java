package dev.galley.auth.mail;

import dev.galley.identity.StrictJson;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The developer's mailbox: keeps the last mails in memory and shows them on a page and by JSON, in the form of Mailpit's API, which
 * test suites of such projects read. Listens on the loopback interface only, and answers only to its names: no page of the web can
 * read it by a name of its own that leads here.
 */
final class Mailbox implements Courier {
    private static final int KEPT = 500;
    private static final String LOOPBACK = "127.0.0.1";
    private static final String API = "/api/v1/";

    private final Vertx vertx;
    private final int wantedPort;
    private final Clock clock;
    private final Deque<Kept> mails = new ArrayDeque<>();
    private final Buffer page = resource("mailbox.html");
    private final Buffer script = resource("mailbox.js");
    private @Nullable HttpServer server;

    private record Kept(String id, Instant at, Mail mail) {}

    Mailbox(Vertx vertx, int port, Clock clock) {
        this.vertx = vertx;
        this.wantedPort = port;
        this.clock = clock;
    }

    Future<Void> start() {
        return listen(wantedPort).recover(taken -> listen(0)).mapEmpty();
    }

    private Future<HttpServer> listen(int port) {
        return vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(port, LOOPBACK)
                .onSuccess(listening -> server = listening);
    }

    String url() {
        return "http://" + LOOPBACK + ":" + (server == null ? wantedPort : server.actualPort());
    }

    Future<Void> stop() {
        return server == null ? Future.succeededFuture() : server.close();
    }

    @Override
    public synchronized void deliver(Mail mail) {
        mails.addFirst(new Kept(UUID.randomUUID().toString(), clock.instant(), mail));
        while (mails.size() > KEPT) {
            mails.removeLast();
        }
    }

    private synchronized List<Kept> mails() {
        return new ArrayList<>(mails);
    }

    private synchronized void clear() {
        mails.clear();
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response()
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cache-Control", "no-store")
                .putHeader(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src data:;"
                                + " frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        String host = Optional.ofNullable(request.authority())
                .map(authority -> authority.host().toLowerCase(Locale.ROOT))
                .orElse("");
        if (!host.equals(LOOPBACK) && !host.equals("localhost")) {
            status(response, 403);
            return;
        }
        String path = Optional.ofNullable(request.path()).orElse("");
        switch (request.method().name() + " " + path) {
            case "GET /" ->
                response.putHeader("Content-Type", "text/html; charset=utf-8").end(page.copy());
            case "GET /mailbox.js" ->
                response.putHeader("Content-Type", "text/javascript").end(script.copy());
            case "GET /api/v1/messages" -> json(response, list(mails(), Optional.empty()));
            case "GET /api/v1/search" -> json(response, list(mails(), Optional.ofNullable(request.getParam("query"))));
            case "DELETE /api/v1/messages" -> {
                clear();
                response.putHeader("Content-Type", "text/plain").end("ok");
            }
            default -> {
                if (request.method().name().equals("GET") && path.startsWith(API + "message/")) {
                    one(response, path.substring((API + "message/").length()));
                } else {
                    status(response, 404);
                }
            }
        }
    }

    /** @param query {@code to:ADDRESS}, or a text to be found in the address or the subject */
    private static ObjectNode list(List<Kept> mails, Optional<String> query) {
        String wanted = query.map(
                        text -> text.replaceFirst("^to:", "").replace("\"", "").toLowerCase(Locale.ROOT))
                .orElse("");
        ObjectNode json = StrictJson.newObject();
        ArrayNode messages = StrictJson.newObject().arrayNode();
        for (Kept kept : mails) {
            String text = (kept.mail().to() + " " + kept.mail().subject()).toLowerCase(Locale.ROOT);
            if (text.contains(wanted)) {
                messages.add(head(kept).put("Created", kept.at().toString()));
            }
        }
        json.put("total", mails.size()).put("count", messages.size()).put("messages_count", messages.size());
        json.set("messages", messages);
        return json;
    }

    private void one(HttpServerResponse response, String id) {
        Optional<Kept> found = mails().stream()
                .filter(kept -> id.equals("latest") || kept.id().equals(id))
                .findFirst();
        if (found.isEmpty()) {
            status(response, 404);
            return;
        }
        json(
                response,
                head(found.get())
                        .put("Date", found.get().at().toString())
                        .put("HTML", found.get().mail().html())
                        .put("Text", text(found.get().mail().html())));
    }

    private static ObjectNode head(Kept kept) {
        ObjectNode json = StrictJson.newObject()
                .put("ID", kept.id())
                .put("Subject", kept.mail().subject());
        json.putArray("To")
                .addObject()
                .put("Name", "")
                .put("Address", kept.mail().to());
        return json;
    }

    /** What is left of a mail without its markup; links keep their addresses. */
    private static String text(String html) {
        return html.replaceAll("(?s)<head>.*?</head>", "")
                .replaceAll("<a href=\"([^\"]*)\"[^>]*>([^<]*)</a>", "$2 ( $1 )")
                .replaceAll("<[^>]*>", "")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#34;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&")
                .replaceAll("\n{2,}", "\n")
                .strip();
    }

    private static void json(HttpServerResponse response, JsonNode json) {
        var _ = response.putHeader("Content-Type", "application/json").end(StrictJson.write(json));
    }

    private static void status(HttpServerResponse response, int status) {
        var _ = response.setStatusCode(status).end();
    }

    private static Buffer resource(String name) {
        try (InputStream in = Mailbox.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
