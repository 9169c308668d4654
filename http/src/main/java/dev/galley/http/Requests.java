package dev.galley.http;

import dev.galley.identity.Identified;
import io.vertx.ext.web.RoutingContext;

/** What the edge has found out about a request before a service sees it. */
public final class Requests {
    private static final String IDENTIFIED = "galley.identified";
    private static final String ID = "galley.request-id";

    private Requests() {}

    /** Who calls, or why not; a service answers a refusal in its protocol's own shape. */
    public static Identified identified(RoutingContext context) {
        return context.get(IDENTIFIED);
    }

    /** The id in the header {@code X-Request-Id} of the answer and in every log line of the request. */
    public static String id(RoutingContext context) {
        return context.get(ID);
    }

    static void identified(RoutingContext context, Identified identified) {
        context.put(IDENTIFIED, identified);
    }

    static void id(RoutingContext context, String id) {
        context.put(ID, id);
    }
}
