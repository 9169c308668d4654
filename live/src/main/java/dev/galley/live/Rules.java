package dev.galley.live;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The rules of the tables that are asked for, kept until a change of the schema is told, or for a short time. */
final class Rules {
    private final RulesReader reader;
    private final long ageNanos;
    private final Map<Integer, Kept> tables = new ConcurrentHashMap<>();

    private record Kept(TableRules rules, long readAt) {}

    Rules(RulesReader reader, Duration age) {
        this.reader = reader;
        this.ageNanos = age.toNanos();
    }

    TableRules of(int oid) throws SQLException {
        Kept kept = tables.get(oid);
        if (kept == null || System.nanoTime() - kept.readAt() > ageNanos) {
            long now = System.nanoTime();
            kept = new Kept(reader.table(oid), now);
            tables.put(oid, kept);
        }
        return kept.rules();
    }

    TableRules.RoleRules of(TableRules table, String role) throws SQLException {
        TableRules.RoleRules rules = table.roles().get(role);
        if (rules == null) {
            rules = reader.role(table, role);
            table.roles().put(role, rules);
        }
        return rules;
    }

    List<RulesReader.Published> published() throws SQLException {
        return reader.published();
    }

    void forget() {
        tables.clear();
    }
}
