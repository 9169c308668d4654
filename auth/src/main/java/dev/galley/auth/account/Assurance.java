package dev.galley.auth.account;

import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** How sure a session is of its user: raised by a second factor, lowered when that factor goes. */
public final class Assurance {
    private static final String AAL2 = "aal2";

    /** So far behind no refresh token is ever answered: what was issued before the second factor must not reach what it opens. */
    public static final long LEAP = 1L << 20;

    private Assurance() {}

    /**
     * Raises a session that the caller holds locked.
     *
     * @param factor by which; its removal lowers the session
     * @return the session as it is then. Its refresh token has moved on by two, so that none from before gets the raised session.
     */
    public static Session raise(Connection connection, Session session, UUID factor, String method, Instant now)
            throws SQLException {
        Session raised = new Session(
                session.id(),
                session.user(),
                session.createdAt(),
                session.refreshedAt(),
                session.notAfter(),
                AAL2,
                Optional.of(factor),
                session.delegation(),
                session.hmacKey(),
                session.counter() + LEAP);
        Sql.of("""
                        update auth.sessions
                           set aal = 'aal2', factor_id = ?, refresh_token_counter = ?, updated_at = ? where id = ?
                        """, factor, raised.counter(), now, session.id()).update(connection);
        Sessions.addMethod(connection, session.id(), method, now);
        return raised;
    }

    /** Lowers every session that the factor raised. */
    public static void lower(Connection connection, UUID factor, String method) throws SQLException {
        Sql.of("""
                        delete from auth.mfa_amr_claims where authentication_method = ?
                           and session_id in (select id from auth.sessions where factor_id = ?)
                        """, method, factor).update(connection);
        Sql.of("update auth.sessions set aal = 'aal1', factor_id = null where factor_id = ?", factor)
                .update(connection);
    }

    /** Ends the user's sessions that no second factor has raised. */
    public static void endBelow(Connection connection, UUID user) throws SQLException {
        Sql.of("delete from auth.sessions where user_id = ? and coalesce(aal, 'aal1') < 'aal2'", user)
                .update(connection);
    }
}
