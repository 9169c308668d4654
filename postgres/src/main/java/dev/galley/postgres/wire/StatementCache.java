package dev.galley.postgres.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The named statements of one connection, least recently used out first. One per (SQL, role): under row level security
 * PostgreSQL plans a statement anew whenever the role has changed since its last use. A name is never used twice, so a
 * statement that failed to be parsed, or was closed, cannot be mistaken for its successor.
 */
final class StatementCache {

    /** The role of statements that mean the same to every role. */
    static final String ANY_ROLE = "";

    private record Key(String sql, String role) {}

    private final int capacity;
    private final String prefix;
    private final Map<Key, byte[]> names = new LinkedHashMap<>(64, 0.75f, true);
    private final List<byte[]> toClose = new ArrayList<>();
    private int count;

    /** @param prefix of every name, so that they meet no name that users give */
    StatementCache(int capacity, String prefix) {
        this.capacity = capacity;
        this.prefix = prefix;
    }

    byte @Nullable [] find(String sql, String role) {
        return names.get(new Key(sql, role));
    }

    byte[] add(String sql, String role) {
        if (names.size() >= capacity) {
            var eldest = names.entrySet().iterator();
            toClose.add(eldest.next().getValue());
            eldest.remove();
        }
        byte[] name = (prefix + Integer.toString(count++, 36)).getBytes(StandardCharsets.US_ASCII);
        names.put(new Key(sql, role), name);
        return name;
    }

    /** The statement was not made, or is of no more use. */
    void forget(byte[] name) {
        names.values().removeIf(known -> Arrays.equals(known, name));
        toClose.add(name);
    }

    void forgetAll() {
        toClose.addAll(names.values());
        names.clear();
    }

    /** Statements that the server may still have and that are used no more; the caller sends their Close first of all. */
    List<byte[]> toClose() {
        return toClose;
    }

    int size() {
        return names.size();
    }
}
