package dev.galley.postgres.changes;

import dev.galley.postgres.PlatformDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * {@link ChangeStream} by logical replication. One thread reads a temporary slot into the {@link ChangeLog}; every subscription has a
 * thread that reads the log at its own pace and, when it wants what the log has let go, the server's log again
 * ({@link Subscriber}). Another thread looks after the slot that keeps the server's log ({@link SlotKeeper}). All of it begins with the first
 * subscription; all threads are virtual.
 */
public final class LogicalChangeStream implements ChangeStream, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LogicalChangeStream.class.getName());
    private static final long MIN_PAUSE_MILLIS = 100;
    private static final long MAX_PAUSE_MILLIS = 5_000;

    /** After so many attempts that bring nothing, what cannot be read is given up, with a gap. */
    private static final int ATTEMPTS = 5;

    /** Beyond these a type is the user's, and the server tells its name. */
    private static final int FIRST_USER_OID = 16_384;

    private final PlatformDatabase database;
    private final ChangeSettings settings;
    private final UUID node;
    private final ChangeLog log;
    private final Semaphore historyPermits;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicInteger slots = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
    private volatile Optional<SlotKeeper> keeper = Optional.empty();
    private volatile @Nullable SlotStream current;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile Map<Integer, String> builtInTypes = Map.of();

    /** @param node another for each start of a program */
    public LogicalChangeStream(PlatformDatabase database, ChangeSettings settings, UUID node) {
        this.database = database;
        this.settings = settings;
        this.node = node;
        this.log = new ChangeLog(settings.bufferBytes());
        this.historyPermits = new Semaphore(settings.historyReaders(), true);
    }

    @Override
    public Subscription subscribe(Optional<Position> after, Listener listener) {
        if (started.compareAndSet(false, true)) {
            start("changes-slot", this::keep);
            start("changes-reader", this::read);
        }
        Subscriber subscriber = new Subscriber(this, log, after, listener);
        subscribers.add(subscriber);
        subscriber.start();
        return subscriber;
    }

    /** Why nothing can be read at the moment; empty while all is well or nobody wants to read. */
    public Optional<String> trouble() {
        return trouble;
    }

    /** The newest position of this node; empty before anything was read. */
    public Optional<Position> newest() {
        return log.newest();
    }

    private void start(String name, Runnable work) {
        threads.add(Thread.ofVirtual().name(name).start(work));
    }

    private void keep() {
        while (closed.getCount() > 0) {
            Duration pause = Duration.ofSeconds(1);
            try {
                SlotKeeper now = keeper.isPresent() ? keeper.get() : SlotKeeper.of(database, settings, node);
                keeper = Optional.of(now);
                now.tend();
                pause = now.pace();
            } catch (SQLException e) {
                failed("The replication slot cannot be looked after", e);
            }
            if (!pause(pause.toMillis())) {
                break;
            }
        }
        try {
            if (keeper.isPresent()) {
                keeper.get().stop();
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "the lease runs out by itself", e);
        }
    }

    private void read() {
        long pauseMillis = MIN_PAUSE_MILLIS;
        int fruitless = 0;
        long reached = 0;
        while (closed.getCount() > 0) {
            long before = reached;
            try (SlotStream stream = open()) {
                current = stream;
                long from = begin(stream, reached, fruitless >= ATTEMPTS);
                reached = Long.compareUnsigned(from, reached) > 0 ? from : reached;
                ChangeAssembler assembler = assembler(stream);
                try {
                    while (closed.getCount() > 0) {
                        PgOutputMessage message = stream.next();
                        trouble = Optional.empty();
                        pauseMillis = MIN_PAUSE_MILLIS;
                        assembler.accept(message).ifPresent(log::append);
                        reached = reached(reached, message, assembler, stream);
                    }
                } finally {
                    if (!assembler.inTransaction()) {
                        reached = Math.max(reached, stream.received());
                    }
                }
            } catch (SQLException | PgOutputReader.Malformed e) {
                fruitless = reached == before ? fruitless + 1 : 0;
                failed("The stream of changes was interrupted", e);
            } finally {
                current = null;
            }
            if (!pause(pauseMillis)) {
                return;
            }
            pauseMillis = Math.min(MAX_PAUSE_MILLIS, pauseMillis * 2);
        }
    }

    /** From where a new connection has to go on: a transaction that is not complete is read again from its start. */
    private static long reached(long reached, PgOutputMessage message, ChangeAssembler assembler, SlotStream stream) {
        return switch (message) {
            case PgOutputMessage.Begin begin -> begin.finalLsn();
            case PgOutputMessage.Commit commit -> commit.endLsn();
            default -> assembler.inTransaction() ? reached : Math.max(reached, stream.received());
        };
    }

    /** Where the connection starts: where the last one has stopped if that is possible, else with a gap. */
    private long begin(SlotStream stream, long reached, boolean giveUp) throws SQLException {
        Optional<Position> newest = log.newest();
        long from = reached;
        boolean continues = newest.isPresent()
                && newest.get().history() == stream.history()
                && Long.compareUnsigned(stream.available(), reached) <= 0
                && !giveUp;
        if (!continues) {
            from = giveUp ? end() : stream.available();
            log.restart(Position.endOf(stream.history(), from - 1));
        }
        stream.start(from, publications());
        return from;
    }

    /** A connection with a slot of its own; fails until the durable slot is there, where there can be one. */
    SlotStream open() throws SQLException {
        SlotKeeper slotKeeper = keeper.orElseThrow(() -> new SQLException("the replication slot is not there yet"));
        if (slotKeeper.state() == SlotKeeper.State.NONE) {
            throw new SQLException("the replication slot is not there yet");
        }
        String name = SlotStream.name(Integer.toString(slots.incrementAndGet()), node.hashCode());
        return SlotStream.open(database.address(), name, slotKeeper.slot());
    }

    ChangeAssembler assembler(SlotStream stream) throws SQLException {
        if (builtInTypes.isEmpty()) {
            Map<Integer, String> names = new HashMap<>();
            try (Connection connection = database.connection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "select oid, typname from pg_catalog.pg_type where oid < " + FIRST_USER_OID)) {
                while (rows.next()) {
                    names.put(rows.getInt(1), rows.getString(2));
                }
            }
            builtInTypes = Map.copyOf(names);
        }
        Map<Integer, String> names = builtInTypes;
        return new ChangeAssembler(stream.history(), oid -> names.getOrDefault(oid, "unknown"));
    }

    /** Those of the publications that exist: one that does not would end the connection. */
    List<String> publications() throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select pubname from pg_catalog.pg_publication")) {
            while (rows.next()) {
                if (settings.publications().contains(rows.getString(1))) {
                    found.add(rows.getString(1));
                }
            }
        }
        if (found.isEmpty()) {
            throw new SQLException("none of the publications " + settings.publications() + " exists");
        }
        return found;
    }

    /** Whether the server's log can be read again. */
    boolean hasHistory() {
        return keeper.flatMap(SlotKeeper::slot).isPresent();
    }

    /** A place among those who read the server's log again; close it in the end. Empty when none gets free in time. */
    Optional<AutoCloseable> historyPlace() throws InterruptedException {
        return historyPermits.tryAcquire(settings.historyWait().toMillis(), TimeUnit.MILLISECONDS)
                ? Optional.of(historyPermits::release)
                : Optional.empty();
    }

    /** The end of the server's log. */
    long end() throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_catalog.pg_current_wal_insert_lsn()")) {
            row.next();
            return LogSequenceNumber.valueOf(row.getString(1)).asLong();
        }
    }

    void closed(Subscriber subscriber) {
        subscribers.remove(subscriber);
    }

    /** Waits, unless the stream is closed meanwhile. */
    private boolean pause(long millis) {
        try {
            return !closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Says so once, however often it is tried again. */
    private void failed(String what, Exception e) {
        if (closed.getCount() > 0 && trouble.isEmpty() && keeper.isPresent()) {
            LOG.log(System.Logger.Level.WARNING, "{0}, it is tried again: {1}", what, e.getMessage());
        }
        trouble = Optional.of(String.valueOf(e.getMessage()));
    }

    @Override
    public void close() {
        closed.countDown();
        subscribers.forEach(Subscriber::close);
        SlotStream reading = current;
        if (reading != null) {
            reading.abort();
        }
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
