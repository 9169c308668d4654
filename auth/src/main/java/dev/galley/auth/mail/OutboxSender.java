package dev.galley.auth.mail;

import dev.galley.auth.mail.Courier.DeliveryException;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.Sql;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends what is in the outbox, a message at a time. Any number of nodes may do it at once: what one has locked another skips. A
 * message leaves the table in the transaction in which it was delivered, so that a program that is killed sends it once more
 * rather than not at all. One that fails is tried again with growing pauses; one that was given up loses its secrets.
 */
final class OutboxSender implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OutboxSender.class.getName());
    private static final Duration OTHERS = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final int EAGER_LOOKS = 20;
    private static final long EAGER_PAUSE_MILLIS = 25;

    private static final String NEXT = """
            select id, message, attempts from galley.outbox
             where channel = ? and next_attempt <= ? order by next_attempt, id limit 1 for update skip locked
            """;

    private final PlatformDatabase database;
    private final String channel;
    private final int mostAttempts;
    private final Delivery delivery;
    private final Clock clock;
    private final Semaphore work = new Semaphore(0);
    private volatile boolean closed;

    private record Waiting(long id, ObjectNode message, int attempts) {}

    /** Takes a message, as it stands in the outbox, to where it is read. */
    @FunctionalInterface
    interface Delivery {
        void deliver(ObjectNode message) throws DeliveryException;
    }

    /**
     * @param channel whose messages it sends; one that is slow does not hold up another
     * @param mostAttempts then a message is given up
     */
    OutboxSender(PlatformDatabase database, String channel, int mostAttempts, Delivery delivery, Clock clock) {
        this.database = database;
        this.channel = channel;
        this.mostAttempts = mostAttempts;
        this.delivery = delivery;
        this.clock = clock;
    }

    void start() {
        Thread.ofVirtual().name("outbox").start(this::loop);
    }

    /** A message will be there as soon as a transaction of this program has ended. */
    void expect() {
        work.release();
    }

    private void loop() {
        try {
            while (!closed) {
                boolean expected = work.tryAcquire(OTHERS.toMillis(), TimeUnit.MILLISECONDS);
                work.drainPermits();
                int sent = drain();
                for (int look = 0; expected && sent == 0 && look < EAGER_LOOKS && !closed; look++) {
                    Thread.sleep(EAGER_PAUSE_MILLIS);
                    sent = drain();
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** A database that is away for a moment must not end the sending. */
    private int drain() {
        int sent = 0;
        try {
            while (!closed && database.transaction(this::sendNext)) {
                sent++;
            }
        } catch (SQLException | RuntimeException e) {
            if (!closed) {
                LOG.log(Level.WARNING, "messages could not be sent: {0}", e.getMessage());
            }
        }
        return sent;
    }

    private boolean sendNext(Connection connection) throws SQLException {
        Instant now = clock.instant();
        Optional<Waiting> next = Sql.of(NEXT, channel, now)
                .one(
                        connection,
                        row -> new Waiting(
                                row.getLong(1), (ObjectNode) StrictJson.read(row.getString(2)), row.getInt(3)));
        if (next.isEmpty()) {
            return false;
        }
        if (expired(next.get().message(), now)) {
            giveUp(connection, next.get(), next.get().attempts(), "its code has expired");
            return true;
        }
        try {
            delivery.deliver(next.get().message());
            Sql.of("delete from galley.outbox where id = ?", next.get().id()).update(connection);
        } catch (DeliveryException failed) {
            failed(connection, next.get(), failed, now);
        }
        return true;
    }

    private static boolean expired(ObjectNode message, Instant now) {
        String until = message.path("until").asString("");
        return !until.isEmpty() && !now.isBefore(Instant.parse(until));
    }

    private void failed(Connection connection, Waiting waiting, DeliveryException failure, Instant now)
            throws SQLException {
        int attempts = waiting.attempts() + 1;
        String why = String.valueOf(failure.getMessage()).replace("\0", "");
        if (attempts >= mostAttempts) {
            giveUp(connection, waiting, attempts, why);
            return;
        }
        Instant again = now.plus(FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, 10)));
        LOG.log(Level.WARNING, "message {0} was not delivered: {1}", Long.toString(waiting.id()), why);
        Sql.of(
                        "update galley.outbox set attempts = ?, last_error = ?, next_attempt = ? where id = ?",
                        attempts,
                        why,
                        again,
                        waiting.id())
                .update(connection);
    }

    private static void giveUp(Connection connection, Waiting waiting, int attempts, String why) throws SQLException {
        LOG.log(Level.ERROR, "message {0} was given up: {1}", Long.toString(waiting.id()), why);
        Sql.of("""
                        update galley.outbox
                           set attempts = ?, last_error = ?, next_attempt = 'infinity',
                               message = message - 'variables' - 'data' - 'text'
                         where id = ?
                        """, attempts, why, waiting.id()).update(connection);
    }

    @Override
    public void close() {
        closed = true;
        work.release();
    }
}
