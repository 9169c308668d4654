package dev.galley.auth.provider;

import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes {@code auth.oauth_consents}: what users have let clients know of them. */
final class Consents {
    /** @param since when it was given, or last widened */
    record Consent(UUID client, Scopes scopes, Instant since) {}

    private Consents() {}

    /** Empty also for one that was revoked. */
    static Optional<Consent> of(Connection connection, UUID user, UUID client) throws SQLException {
        return all(connection, user).stream()
                .filter(consent -> consent.client().equals(client))
                .findFirst();
    }

    static List<Consent> all(Connection connection, UUID user) throws SQLException {
        return Sql.of("""
                        select client_id, scopes, granted_at from auth.oauth_consents
                         where user_id = ? and revoked_at is null order by granted_at desc, client_id
                        """, user)
                .list(
                        connection,
                        row -> new Consent(
                                row.getObject(1, UUID.class),
                                Scopes.of(row.getString(2)),
                                row.getTimestamp(3).toInstant()));
    }

    /** Adds to what was given before and not revoked. */
    static void give(Connection connection, UUID user, UUID client, Scopes scopes, Instant now) throws SQLException {
        Scopes given = of(connection, user, client)
                .map(before -> before.scopes().and(scopes))
                .orElse(scopes);
        Sql.of("""
                        insert into auth.oauth_consents (id, user_id, client_id, scopes, granted_at)
                        values (gen_random_uuid(), ?, ?, ?, ?)
                        on conflict (user_id, client_id)
                          do update set scopes = excluded.scopes, granted_at = excluded.granted_at, revoked_at = null
                        """, user, client, given.text(), now).update(connection);
    }

    /** Returns whether there was one. */
    static boolean revoke(Connection connection, UUID user, UUID client, Instant now) throws SQLException {
        return Sql.of("""
                        update auth.oauth_consents set revoked_at = greatest(?::timestamptz, granted_at)
                         where user_id = ? and client_id = ? and revoked_at is null
                        """, now, user, client).update(connection) > 0;
    }
}
