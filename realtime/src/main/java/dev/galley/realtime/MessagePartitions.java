package dev.galley.realtime;

import dev.galley.postgres.PlatformDatabase;
import java.lang.System.Logger.Level;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Keeps the partitions of {@code realtime.messages}: those of the coming days are there, those that are too old are not. */
final class MessagePartitions implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MessagePartitions.class.getName());
    private static final int COMING_DAYS = 3;
    private static final long EVERY_HOURS = 4;
    private static final long FIRST_SECONDS = 20;

    private final PlatformDatabase database;
    private final int pastDays;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("message-partitions").factory());

    MessagePartitions(PlatformDatabase database, int pastDays) {
        this.database = database;
        this.pastDays = pastDays;
    }

    /** Not at once: the start has other things to do, and the migration has made what is needed today. */
    void start() {
        var _ = timer.scheduleWithFixedDelay(
                this::keep, FIRST_SECONDS, TimeUnit.HOURS.toSeconds(EVERY_HOURS), TimeUnit.SECONDS);
    }

    /** A failure is tried again the next time. */
    void keep() {
        try {
            database.transaction(connection -> {
                try (PreparedStatement statement =
                        connection.prepareStatement("select galley.keep_message_partitions(?, ?)")) {
                    statement.setInt(1, pastDays);
                    statement.setInt(2, COMING_DAYS);
                    return statement.execute();
                }
            });
        } catch (SQLException failure) {
            LOG.log(Level.WARNING, "the partitions of realtime.messages could not be kept: {0}", failure.getMessage());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
