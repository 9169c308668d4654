package dev.galley.http;

import dev.galley.identity.Identified;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** What the edge has found out about a request before a service sees it. */
public final class Requests {
    private static final CharSequence APIKEY = HttpHeaders.createOptimized("apikey");

    private Requests() {}

    /**
     * Who calls, or why not, by the headers {@code Authorization} and {@code apikey}; a service answers a refusal in its
     * protocol's own shape. Found out once per request.
     */
    public static Identified identified(RoutingContext context) {
        return identified(context, false);
    }

    /** The same, for protocols without headers (WebSocket): the key may also be the query parameter {@code apikey}. */
    public static Identified identifiedByQuery(RoutingContext context) {
        return identified(context, true);
    }

    /**
     * Who calls by the API key alone, whatever token comes beside it: for protocols in which a token that has expired must not
     * keep its owner from asking for the next.
     */
    public static Identified identifiedByKeyAlone(RoutingContext context) {
        Exchange exchange = exchange(context);
        return exchange.authenticator()
                .identify(
                        Optional.empty(),
                        Optional.ofNullable(exchange.request.headers().get(APIKEY)));
    }

    /** The id in the header {@code X-Request-Id} of the answer and in every log line of the request. */
    public static String id(RoutingContext context) {
        return exchange(context).id;
    }

    /** The client's address: the peer's, or what a trusted proxy says in {@code X-Forwarded-For}. */
    public static String clientAddress(RoutingContext context) {
        return exchange(context).client;
    }

    /** Exempts the request from {@code http.request-timeout}: a stream or a socket that stays open by design. */
    public static void longLived(RoutingContext context) {
        exchange(context).longLived = true;
    }

    /**
     * The largest body this request may have, in bytes after decompression, instead of {@code http.max-body}. To be said
     * before the body is read.
     */
    public static void bodyLimit(RoutingContext context, long bytes) {
        exchange(context).bodyLimit = bytes;
    }

    /**
     * Likewise.
     *
     * @param tooLarge answers in the service's own shape; must end the response
     */
    public static void bodyLimit(RoutingContext context, long bytes, Consumer<HttpServerResponse> tooLarge) {
        bodyLimit(context, bytes);
        exchange(context).bodyTooLarge = tooLarge;
    }

    private static Identified identified(RoutingContext context, boolean byQuery) {
        Exchange exchange = exchange(context);
        Identified known = exchange.identified;
        if (known == null) {
            var headers = exchange.request.headers();
            Optional<String> apikey = Optional.ofNullable(headers.get(APIKEY));
            if (apikey.isEmpty() && byQuery) {
                apikey = Optional.ofNullable(exchange.request.getParam("apikey"));
            }
            known = exchange.authenticator()
                    .identify(Optional.ofNullable(headers.get(HttpHeaders.AUTHORIZATION)), apikey);
            exchange.identified = known;
        }
        return known;
    }

    static Exchange exchange(RoutingContext context) {
        return Objects.requireNonNull(
                context.<Exchange>get(Exchange.KEY), "asked before the edge has seen the request");
    }
}
