package dev.galley.http;

import io.vertx.ext.web.RoutingContext;

/** Tells a service that nobody waits for the answer any more: the connection is closed or the HTTP/2 stream reset. */
public final class ClientGone {
    private ClientGone() {}

    /**
     * Runs the action once, on the request's event loop, if the client leaves before the answer has ended, or has left already. Any
     * number of actions may be given; they end with the request.
     */
    public static void onClosed(RoutingContext context, Runnable action) {
        if (context.response().closed() && !context.response().ended()) {
            action.run();
            return;
        }
        context.addEndHandler(outcome -> {
            if (outcome.failed()) {
                action.run();
            }
        });
    }
}
