package dev.galley.realtime;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends broadcasts of clients to all subscribers, on this node and on the others. */
final class Broadcasts {
    private final Hub hub;
    private volatile Consumer<Outgoing> others = _ -> {};

    Broadcasts(Hub hub) {
        this.hub = hub;
    }

    /** @param link takes messages for the other nodes; must not block */
    void linkTo(Consumer<Outgoing> link) {
        others = link;
    }

    /** @param from a channel of this node that is not to hear it */
    void send(Outgoing message, @Nullable Channel from) {
        hub.publish(message, from);
        others.accept(message);
    }
}
