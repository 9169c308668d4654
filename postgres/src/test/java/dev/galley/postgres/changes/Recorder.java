package dev.galley.postgres.changes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** Keeps what it is told. */
final class Recorder implements ChangeStream.Listener {
    private final List<Change> seen = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private Optional<Position> began = Optional.empty();

    @Override
    public void began(Position position) {
        locked(() -> began = Optional.of(position));
    }

    @Override
    public void changed(List<Change> changes) {
        locked(() -> seen.addAll(changes));
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<Change> seen() {
        lock.lock();
        try {
            return List.copyOf(seen);
        } finally {
            lock.unlock();
        }
    }

    Position awaitBegan() throws InterruptedException {
        await(_ -> began.isPresent());
        return began.orElseThrow();
    }

    /** Waits until the condition holds for what was seen; fails after 30 s. */
    List<Change> await(Predicate<List<Change>> condition) throws InterruptedException {
        long left = TimeUnit.SECONDS.toNanos(30);
        lock.lockInterruptibly();
        try {
            while (!condition.test(seen)) {
                if (left <= 0) {
                    throw new AssertionError("not within 30 s; seen: " + seen.size() + " changes, the last "
                            + seen.subList(Math.max(0, seen.size() - 5), seen.size()));
                }
                left = more.awaitNanos(left);
            }
            return List.copyOf(seen);
        } finally {
            lock.unlock();
        }
    }

    List<Change> awaitCount(int changes) throws InterruptedException {
        return await(list -> list.size() >= changes);
    }

    Position last() {
        List<Change> all = seen();
        return all.getLast().position();
    }

    /** The first column of every inserted row. */
    List<String> inserted() {
        List<String> values = new ArrayList<>();
        for (Change change : seen()) {
            if (change instanceof Change.Insert insert) {
                values.add(insert.row().text(0).orElse("null"));
            }
        }
        return values;
    }
}
