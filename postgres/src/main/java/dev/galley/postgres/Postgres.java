package dev.galley.postgres;

import java.nio.file.Path;

/** A PostgreSQL in use: one of our own (embedded) or the user's (external). */
public interface Postgres extends AutoCloseable {

    /**
     * The server that the settings ask for: the external one they name, or our own with its data below {@code project}.
     *
     * @throws PostgresException when it cannot be started or reached
     */
    static Postgres open(Path project, PostgresSettings settings) {
        return settings.url().isPresent()
                ? ExternalPostgres.connect(settings.url().get())
                : EmbeddedPostgres.start(project, settings);
    }

    /** How to reach it with the rights that the platform's own work needs. Does not change while the program runs. */
    DatabaseAddress address();

    /** Whether a connection pooler lies between, so that two statements of a session may be run by two servers' processes. */
    default boolean pooled() {
        return false;
    }

    /** May ask the server, so it may block for a few seconds: not for an event loop. */
    Health health();

    /**
     * Calls the listener each time the server accepts connections again after it was gone, on a thread of this class: what was
     * prepared, listened to or cached on connections is lost. An external server's restarts are not seen by this.
     */
    void onRestart(Runnable listener);

    /** Stops a server of our own; leaves an external one alone. */
    void stop();

    @Override
    default void close() {
        stop();
    }

    /** Whether the server can be used. */
    sealed interface Health {}

    record Healthy() implements Health {}

    /** It is not there, or not yet; whoever reports this keeps trying. */
    record Unhealthy(String reason) implements Health {}
}
