package dev.galley.live;

import dev.galley.identity.Caller;
import dev.galley.postgres.changes.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A caller with wishes, and whom to tell. */
final class Hearer {
    private static final JsonMapper JSON = new JsonMapper();

    private final Caller caller;
    private final LiveRows.Listener listener;
    private final JsonNode claims;
    private final List<Binding> bindings = new ArrayList<>();
    private final Map<Set<String>, String> claimKeys = new ConcurrentHashMap<>();
    /** What lies before was told already. Guarded by the lock of {@link LiveRows}. */
    private Position from;

    private volatile boolean closed;

    Hearer(Caller caller, LiveRows.Listener listener, Position from) {
        this.caller = caller;
        this.listener = listener;
        this.claims = JSON.readTree(caller.claims());
        this.from = from;
    }

    /**
     * One wish of a caller.
     *
     * @param tests by the number of the table
     */
    record Binding(Hearer hearer, int number, Wish wish, Map<Integer, List<Test>> tests) {
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        Optional<List<Test>> testsOf(TableRules table) {
            List<Test> known = tests.get(table.oid());
            if (known == null) {
                return wish.conditions().isEmpty() ? Optional.of(List.of()) : Optional.empty();
            }
            return Optional.of(known);
        }
    }

    void add(int number, Wish wish, Map<Integer, List<Test>> tests) {
        bindings.add(new Binding(this, number, wish, Map.copyOf(tests)));
    }

    List<Binding> bindings() {
        return bindings;
    }

    String role() {
        return caller.role();
    }

    Optional<String> subject() {
        return caller.subject();
    }

    Asker.As as() {
        return new Asker.As(caller.role(), caller.claims());
    }

    /** What is the same for callers whom the policies cannot tell apart. */
    String claimsKey(Optional<Set<String>> used) {
        if (used.isEmpty()) {
            return caller.claims();
        }
        return claimKeys.computeIfAbsent(used.get(), names -> {
            StringBuilder key = new StringBuilder();
            for (String name : new TreeSet<>(names)) {
                key.append(name).append('=').append(claims.path(name)).append('\n');
            }
            return key.toString();
        });
    }

    boolean hasHeard(Position position) {
        return from.history() == position.history() && !position.isAfter(from);
    }

    void heardTo(Position position) {
        from = position;
    }

    LiveRows.Listener listener() {
        return listener;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
    }
}
