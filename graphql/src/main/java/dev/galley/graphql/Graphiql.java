package dev.galley.graphql;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The page on which a developer tries queries in a browser. All of it is carried along; it asks for the key, and may talk to this server
 * only.
 */
final class Graphiql {
    static final String PATH = GraphqlService.PATH + "/graphiql/:file";

    private static final String INDEX = "index.html";

    /** The files there are. Nothing else is looked for, whatever is asked for. */
    private static final Map<String, String> TYPES = Map.of(
            INDEX,
            "text/html; charset=utf-8",
            "page.js",
            "text/javascript; charset=utf-8",
            "page.css",
            "text/css; charset=utf-8",
            "graphiql.min.js",
            "text/javascript; charset=utf-8",
            "graphiql.min.css",
            "text/css; charset=utf-8",
            "react.production.min.js",
            "text/javascript; charset=utf-8",
            "react-dom.production.min.js",
            "text/javascript; charset=utf-8");

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; font-src data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Map<String, Buffer> read = new ConcurrentHashMap<>();

    void page(RoutingContext context) {
        send(context, INDEX);
    }

    void file(RoutingContext context) {
        String name = context.pathParam("file");
        if (name == null || name.equals(INDEX) || !TYPES.containsKey(name)) {
            context.next();
            return;
        }
        send(context, name);
    }

    private void send(RoutingContext context, String name) {
        Buffer known = read.get(name);
        if (known != null) {
            write(context.response(), name, known);
            return;
        }
        context.vertx()
                .executeBlocking(() -> read.computeIfAbsent(name, Graphiql::content), false)
                .onSuccess(content -> write(context.response(), name, content))
                .onFailure(context::fail);
    }

    private static void write(HttpServerResponse response, String name, Buffer content) {
        var _ = response.putHeader(
                        "Content-Type", Optional.ofNullable(TYPES.get(name)).orElseThrow())
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Vary", "Accept")
                .end(content);
    }

    private static Buffer content(String name) {
        try (InputStream in = Graphiql.class.getResourceAsStream("graphiql/" + name)) {
            if (in == null) {
                throw new IllegalStateException("The program lacks GraphiQL's file " + name);
            }
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
