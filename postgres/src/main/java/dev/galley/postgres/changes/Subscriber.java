package dev.galley.postgres.changes;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One subscription: a thread that takes what its listener wants from the {@link ChangeLog}, or from the server's log when memory
 * does not reach back so far, and says what cannot be told. It keeps no changes of its own beyond one batch.
 */
final class Subscriber implements ChangeStream.Subscription {
    private static final System.Logger LOG = System.getLogger(Subscriber.class.getName());
    private static final int BATCH = 256;
    private static final long WAIT_MILLIS = 1_000;
    private static final long POLL_NANOS = 2_000_000;

    private final LogicalChangeStream stream;
    private final ChangeLog log;
    private final Optional<Position> after;
    private final ChangeStream.Listener listener;
    private final Thread thread;
    private volatile boolean closed;

    Subscriber(LogicalChangeStream stream, ChangeLog log, Optional<Position> after, ChangeStream.Listener listener) {
        this.stream = stream;
        this.log = log;
        this.after = after;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("changes-subscriber").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            Position last = begin();
            while (!closed) {
                last = switch (log.locate(last)) {
                    case ChangeLog.Read.Batch batch -> follow(last, batch.next());
                    case ChangeLog.Read.Behind behind -> catchUp(last, behind.start());
                };
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stream.closed(this);
        }
    }

    /** The first position. One that lies beyond the end of the log is of a time that was undone. */
    private Position begin() throws InterruptedException {
        Position newest = log.awaitStart();
        Position end = Position.endOf(newest.history(), end() - 1);
        Position first = after.orElse(end);
        if (first.history() == end.history() && Long.compareUnsigned(first.lsn(), end.lsn()) > 0) {
            first = end;
            listener.began(first);
            deliver(List.of(new Change.Gap(first, Change.Reason.OTHER_HISTORY)));
        } else {
            listener.began(first);
        }
        return first;
    }

    private long end() throws InterruptedException {
        while (true) {
            try {
                return stream.end();
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.DEBUG, "the database does not answer", e);
                Thread.sleep(WAIT_MILLIS);
            }
        }
    }

    /** Tells what comes until the place in the log is lost; returns the last position. */
    private Position follow(Position from, long number) throws InterruptedException {
        Position last = from;
        long next = number;
        while (!closed) {
            switch (log.read(next, WAIT_MILLIS)) {
                case ChangeLog.Read.Behind _ -> {
                    return last;
                }
                case ChangeLog.Read.Batch batch -> {
                    next = batch.next();
                    // The reader may still be on its way to where this subscription begins.
                    Position before = last;
                    List<Change> later = batch.changes().stream()
                            .filter(change -> change.position().isAfter(before))
                            .toList();
                    if (!later.isEmpty()) {
                        deliver(later);
                        last = later.getLast().position();
                    }
                }
            }
        }
        return last;
    }

    /** Reads from the server's log what lies between, or says that it is lost. */
    private Position catchUp(Position last, Position start) throws InterruptedException {
        if (last.history() != start.history()) {
            return gap(start, Change.Reason.OTHER_HISTORY);
        }
        if (!stream.hasHistory()) {
            return gap(start, Change.Reason.TOO_OLD);
        }
        Optional<AutoCloseable> place = stream.historyPlace();
        if (place.isEmpty()) {
            return gap(start, Change.Reason.TOO_OLD);
        }
        try (AutoCloseable _ = place.get();
                SlotStream history = stream.open()) {
            long needed = last.index() == Position.END ? last.lsn() + 1 : last.lsn();
            if (history.history() != start.history() || Long.compareUnsigned(history.available(), needed) > 0) {
                return gap(start, Change.Reason.TOO_OLD);
            }
            history.start(needed, stream.publications());
            return readAgain(history, last);
        } catch (InterruptedException e) {
            throw e;
        } catch (SQLException | PgOutputReader.Malformed e) {
            LOG.log(System.Logger.Level.WARNING, "What a reader has missed cannot be read: {0}", e.getMessage());
            Thread.sleep(WAIT_MILLIS);
            return last;
        } catch (Exception e) {
            throw new IllegalStateException("giving a place back does not fail", e);
        }
    }

    private Position readAgain(SlotStream history, Position from) throws SQLException, InterruptedException {
        ChangeAssembler assembler = stream.assembler(history);
        List<Change> batch = new ArrayList<>();
        Position last = from;
        while (!closed) {
            Optional<PgOutputMessage> message = history.poll();
            if (message.isPresent()) {
                Optional<Change> change = assembler.accept(message.get());
                if (change.isPresent() && change.get().position().isAfter(last)) {
                    batch.add(change.get());
                    last = change.get().position();
                }
            }
            if (batch.size() == BATCH || (message.isEmpty() && !batch.isEmpty())) {
                deliver(List.copyOf(batch));
                batch.clear();
                if (log.locate(last) instanceof ChangeLog.Read.Batch) {
                    return last;
                }
            } else if (message.isEmpty()) {
                if (log.locate(last) instanceof ChangeLog.Read.Behind behind
                        && Long.compareUnsigned(
                                        history.received(), behind.start().lsn())
                                > 0
                        && !assembler.inTransaction()) {
                    // Nothing published lay between.
                    return behind.start();
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return last;
    }

    private Position gap(Position to, Change.Reason reason) throws InterruptedException {
        deliver(List.of(new Change.Gap(to, reason)));
        return to;
    }

    private void deliver(List<Change> changes) throws InterruptedException {
        if (closed) {
            return;
        }
        try {
            listener.changed(changes);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A listener of changes failed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
