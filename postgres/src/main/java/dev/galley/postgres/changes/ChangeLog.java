package dev.galley.postgres.changes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The newest changes in memory, up to a number of bytes, shared by all readers. A reader keeps only its place: a slow one costs
 * nothing, and finds that its place is gone ({@link Read.Behind}) when what it wants has been let go.
 *
 * <p>The lock is held for moments only; readers copy references out.
 */
final class ChangeLog {
    private static final int BATCH = 256;
    private static final int OVERHEAD = 120;

    private final long limitBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition appended = lock.newCondition();
    private final Ring<Change> changes = new Ring<>();
    private long bytes;
    /** How many were let go: the number of the first that is kept. */
    private long first;
    /** Everything after it is here; null before the first connection. */
    private @Nullable Position start;

    ChangeLog(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** What there is for a reader. */
    sealed interface Read {
        /** @param next the number to go on with */
        record Batch(List<Change> changes, long next) implements Read {}

        /** What comes next for this reader is not here any more, or was never. */
        record Behind(Position start) implements Read {}
    }

    /** Everything after this position will be appended; what is kept is forgotten. */
    void restart(Position position) {
        lock.lock();
        try {
            first += changes.size();
            changes.clear();
            bytes = 0;
            start = position;
            appended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns false, and does nothing, for what is here already. */
    boolean append(Change change) {
        lock.lock();
        try {
            Position last = changes.isEmpty() ? start : changes.getLast().position();
            if (last != null && !change.position().isAfter(last) && !(change instanceof Change.Gap)) {
                return false;
            }
            changes.addLast(change);
            bytes += weight(change);
            // The newest stays whatever its size.
            while (bytes > limitBytes && changes.size() > 1) {
                Change oldest = changes.removeFirst();
                bytes -= weight(oldest);
                first++;
                start = oldest.position();
            }
            appended.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The newest position that is known; empty before the first connection. */
    Optional<Position> newest() {
        lock.lock();
        try {
            return Optional.ofNullable(
                    changes.isEmpty() ? start : changes.getLast().position());
        } finally {
            lock.unlock();
        }
    }

    /** The oldest position that is known; waits for the first connection. */
    Position awaitStart() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (start == null) {
                appended.await();
            }
            return start;
        } finally {
            lock.unlock();
        }
    }

    /** The place of the first change after the position; waits for the first connection. */
    Read locate(Position after) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (start == null) {
                appended.await();
            }
            if (start.history() != after.history() || start.isAfter(after)) {
                return new Read.Behind(start);
            }
            int low = 0;
            int high = changes.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (changes.get(middle).position().isAfter(after)) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return new Read.Batch(List.of(), first + low);
        } finally {
            lock.unlock();
        }
    }

    /** What is there from a number on; waits until there is something, or the time is over. */
    Read read(long number, long waitMillis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
        lock.lockInterruptibly();
        try {
            while (number >= first + changes.size() && left > 0) {
                left = appended.awaitNanos(left);
            }
            if (number < first && start != null) {
                return new Read.Behind(start);
            }
            int place = (int) (number - first);
            List<Change> batch = new ArrayList<>(Math.clamp(changes.size() - place, 0, BATCH));
            while (place < changes.size() && batch.size() < BATCH) {
                batch.add(changes.get(place));
                place++;
            }
            return new Read.Batch(batch, number + batch.size());
        } finally {
            lock.unlock();
        }
    }

    private static int weight(Change change) {
        return OVERHEAD
                + switch (change) {
                    case Change.Insert insert -> insert.row().weight();
                    case Change.Update update ->
                        update.row().weight() + update.old().map(Row::weight).orElse(0);
                    case Change.Delete delete -> delete.old().weight();
                    case Change.LogicalMessage message -> message.content().remaining();
                    case Change.Truncate _, Change.TransactionEnd _, Change.Gap _ -> 0;
                };
    }
}
