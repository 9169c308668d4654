package dev.galley.auth.account;

import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes {@code galley.recovery_codes}: digests of codes that stand in for a lost factor, each once. */
public final class RecoveryCodes {

    /** @param id stays while the codes of a user change */
    public record State(UUID id, int total, int remaining) {}

    private RecoveryCodes() {}

    public static Optional<State> of(Connection connection, UUID user) throws SQLException {
        return Sql.of("""
                        select set_id, count(*), count(*) filter (where used_at is null)
                          from galley.recovery_codes where user_id = ? group by set_id
                        """, user)
                .one(connection, row -> new State(row.getObject(1, UUID.class), row.getInt(2), row.getInt(3)));
    }

    /** The codes before are gone. */
    public static void replace(Connection connection, UUID user, UUID id, List<String> digests, Instant now)
            throws SQLException {
        delete(connection, user);
        Sql.of("""
                        insert into galley.recovery_codes (user_id, set_id, digest, made_at)
                        select ?, ?, digest, ? from unnest(?::text[]) as digest
                        """, user, id, now, digests.toArray(String[]::new)).update(connection);
    }

    /** Of two that use a code at once, one does. */
    public static boolean take(Connection connection, UUID user, String digest, Instant now) throws SQLException {
        return Sql.of("""
                        update galley.recovery_codes set used_at = ? where user_id = ? and digest = ? and used_at is null
                        """, now, user, digest).update(connection) > 0;
    }

    public static void delete(Connection connection, UUID user) throws SQLException {
        Sql.of("delete from galley.recovery_codes where user_id = ?", user).update(connection);
    }
}
