package dev.galley.postgres.wire;

/** Is told what the data path does, for metrics. Called on event loops: must not block. */
public interface WireObserver {

    WireObserver NONE = new WireObserver() {};

    /** How a request travels; see {@link LoopPool}. */
    enum Lane {
        EXPRESS,
        REGULAR
    }

    /** Why a request is run a second time. */
    enum Rerun {
        EXPRESS_TIMEOUT,
        STALE_STATEMENT,
        CONNECTION_LOST,
        CONFLICT
    }

    default void connectionOpened(Lane lane) {}

    default void connectionLost(Lane lane, String reason) {}

    default void connectFailed(String reason) {}

    /** @param waitedNanos from the request's arrival until it was handed to a connection */
    default void started(Lane lane, long waitedNanos) {}

    default void rerun(Rerun why) {}

    /** @param nanos from the request's arrival to its outcome */
    default void ended(long nanos, boolean success) {}
}
