package dev.galley.http;

import dev.galley.identity.Identified;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;

/** What the edge has found out about a request before a service sees it. */
public final class Requests {
    private static final String IDENTIFIED = "galley.identified";
    private static final String ID = "galley.request-id";

    private Requests() {}

    /** Who calls, or why not; a service answers a refusal in its protocol's own shape. */
    public static Identified identified(RoutingContext context) {
        return Objects.requireNonNull(
                context.<Identified>get(IDENTIFIED), "asked before the edge has identified the caller");
    }

    /** The id in the header {@code X-Request-Id} of the answer and in every log line of the request. */
    public static String id(RoutingContext context) {
        return Objects.requireNonNull(context.<String>get(ID), "asked before the edge has numbered the request");
    }

    static void identified(RoutingContext context, Identified identified) {
        context.put(IDENTIFIED, identified);
    }

    static void id(RoutingContext context, String id) {
        context.put(ID, id);
    }
}
