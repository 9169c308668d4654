package dev.galley.postgres.wire;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The statement that makes a transaction the caller's: sets as many settings as asked, names and values as parameters.
 * PostgreSQL evaluates the list from left to right, so the role comes first and the others are set with its rights.
 * {@code num_nulls} keeps the values, claims and headers among them, from being sent back.
 */
final class SettingsStatement {
    private static final int KEPT = 64;
    private static final AtomicReferenceArray<String> PLAIN = new AtomicReferenceArray<>(KEPT);
    private static final AtomicReferenceArray<String> UNLOCKING = new AtomicReferenceArray<>(KEPT);

    private SettingsStatement() {}

    /** @param unlock whether to free session locks that an earlier user of a shared connection may have left */
    static String sql(int settings, boolean unlock) {
        AtomicReferenceArray<String> kept = unlock ? UNLOCKING : PLAIN;
        String sql = settings < KEPT ? kept.get(settings) : null;
        if (sql == null) {
            sql = build(settings, unlock);
            if (settings < KEPT) {
                kept.set(settings, sql);
            }
        }
        return sql;
    }

    private static String build(int settings, boolean unlock) {
        StringBuilder sql = new StringBuilder("select ");
        if (unlock) {
            sql.append("pg_catalog.pg_advisory_unlock_all(),");
        }
        sql.append("pg_catalog.num_nulls(");
        for (int i = 1; i < 2 * settings; i += 2) {
            sql.append(i == 1 ? "" : ",")
                    .append("pg_catalog.set_config($")
                    .append(i)
                    .append(",$")
                    .append(i + 1)
                    .append(",true)");
        }
        return sql.append(')').toString();
    }
}
