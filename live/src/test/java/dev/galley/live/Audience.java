package dev.galley.live;

import dev.galley.identity.Caller;
import dev.galley.postgres.changes.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A caller who keeps what they are told. */
final class Audience implements LiveRows.Listener {
    static final JsonMapper JSON = new JsonMapper();

    final List<Told> told = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final java.util.concurrent.locks.Condition more = lock.newCondition();
    private int missed;

    record Told(Position position, List<Integer> wishes, JsonNode data) {
        /** A value of the new row, or of the old one for a deletion, as text. */
        String value(String column) {
            JsonNode row = data.has("record") ? data.get("record") : data.path("old_record");
            return row.path(column).asString();
        }
    }

    static Caller user(String id) {
        return caller("authenticated", Optional.of(id), "");
    }

    static Caller caller(String role, Optional<String> id, String moreClaims) {
        return new Caller(
                role,
                "{\"role\":\"" + role + "\""
                        + id.map(sub -> ",\"sub\":\"" + sub + "\"").orElse("") + moreClaims + "}",
                id,
                true);
    }

    static Wish wish(String json) throws NotSubscribed {
        return Wish.read((ObjectNode) JSON.readTree(json.replace('\'', '"')));
    }

    @Override
    public void changed(Position position, List<Integer> wishes, String data) {
        locked(() -> told.add(new Told(position, wishes, JSON.readTree(data))));
    }

    @Override
    public void missed(Position position) {
        locked(() -> missed++);
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

    int missed() {
        lock.lock();
        try {
            return missed;
        } finally {
            lock.unlock();
        }
    }

    List<Told> await(Predicate<List<Told>> condition) throws InterruptedException {
        long left = TimeUnit.SECONDS.toNanos(30);
        lock.lockInterruptibly();
        try {
            while (!condition.test(told)) {
                if (left <= 0) {
                    throw new AssertionError("not within 30 s; told: " + told);
                }
                left = more.awaitNanos(left);
            }
            return List.copyOf(told);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a change of the row whose column {@code id} is this; what was told before it counts as all there was. */
    List<Told> awaitRow(String id) throws InterruptedException {
        return await(list -> list.stream().anyMatch(each -> each.value("id").equals(id)));
    }

    void awaitMissed() throws InterruptedException {
        await(_ -> missed > 0);
    }
}
