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
 *
 * <p>The server keeps some twenty bytes for each character of a statement, and callers choose what they send: it is the
 * length of all together that is bounded, and a very long one is closed after its use.
 */
final class StatementCache {

    /** The role of statements that mean the same to every role. */
    static final String ANY_ROLE = "";

    /** Characters of a statement that may be kept, on average. */
    private static final int USUAL_LENGTH = 1024;

    private static final int LONGEST = 16 * USUAL_LENGTH;

    private record Key(String sql, String role) {}

    private final int capacity;
    private final long roomForCharacters;
    private final String prefix;
    private final Map<Key, byte[]> names = new LinkedHashMap<>(64, 0.75f, true);
    private final List<byte[]> toClose = new ArrayList<>();
    private long characters;
    private int count;

    /** @param prefix of every name, so that they meet no name that users give */
    StatementCache(int capacity, String prefix) {
        this.capacity = capacity;
        this.roomForCharacters = (long) capacity * USUAL_LENGTH;
        this.prefix = prefix;
    }

    byte @Nullable [] find(String sql, String role) {
        return names.get(new Key(sql, role));
    }

    byte[] add(String sql, String role) {
        byte[] name = (prefix + Integer.toString(count++, 36)).getBytes(StandardCharsets.US_ASCII);
        if (sql.length() > LONGEST) {
            toClose.add(name);
            return name;
        }
        while (!names.isEmpty() && (names.size() >= capacity || characters + sql.length() > roomForCharacters)) {
            var eldest = names.entrySet().iterator();
            Map.Entry<Key, byte[]> leaving = eldest.next();
            toClose.add(leaving.getValue());
            characters -= leaving.getKey().sql().length();
            eldest.remove();
        }
        names.put(new Key(sql, role), name);
        characters += sql.length();
        return name;
    }

    /** The statement was not made, or is of no more use. */
    void forget(byte[] name) {
        names.entrySet().removeIf(known -> {
            boolean found = Arrays.equals(known.getValue(), name);
            characters -= found ? known.getKey().sql().length() : 0;
            return found;
        });
        toClose.add(name);
    }

    void forgetAll() {
        toClose.addAll(names.values());
        names.clear();
        characters = 0;
    }

    /** Statements that the server may still have and that are used no more; the caller sends their Close first of all. */
    List<byte[]> toClose() {
        return toClose;
    }

    int size() {
        return names.size();
    }
}
