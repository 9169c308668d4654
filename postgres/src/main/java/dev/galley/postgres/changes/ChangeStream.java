package dev.galley.postgres.changes;

import java.util.List;
import java.util.Optional;

/**
 * The committed changes of the published tables and the logical messages, in the order of the commits; all changes of a
 * transaction are together. May be used from any thread.
 */
public interface ChangeStream {

    /**
     * Tells the listener of everything after the position, what has already happened first.
     *
     * @param after where a reader has stopped before; empty for what happens from now on
     */
    Subscription subscribe(Optional<Position> after, Listener listener);

    /** Is told on a virtual thread of its own, one call at a time. It may take its time: the stream waits for nobody. */
    interface Listener {
        /** @param changes what is there, at most some hundreds, in order */
        void changed(List<Change> changes) throws InterruptedException;

        /**
         * Called once, before anything else: from the position on nothing is missed.
         *
         * @param position where the subscription begins: the one it was asked for, or the newest
         */
        default void began(Position position) {}
    }

    /** A listener's place in the stream. */
    interface Subscription extends AutoCloseable {
        /** Returns at once; a call of the listener under way is interrupted, none follows. */
        @Override
        void close();
    }
}
