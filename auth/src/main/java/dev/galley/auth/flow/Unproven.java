package dev.galley.auth.flow;

import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.OneTimeTokens;
import dev.galley.auth.account.RecoveryCodes;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An account whose address nobody has shown to be theirs. Whoever began it may be a stranger who waits for the owner of the
 * address: no way in that was prepared may be left when the owner comes.
 */
public final class Unproven {
    private Unproven() {}

    /** Takes away every way into the account. The caller has locked the user. */
    public static void clear(Connection connection, OneTimeTokens tokens, User user, Instant now) throws SQLException {
        Users.update(connection, user.id(), now, "encrypted_password = '', phone_change = '', email_change = ''");
        Sessions.endAll(connection, user.id());
        tokens.revokeAll(connection, user.id());
        FlowStates.endIssued(connection, user.id());
        RecoveryCodes.delete(connection, user.id());
        Sql.of("delete from auth.identities where user_id = ? and provider not in ('email', 'phone')", user.id())
                .update(connection);
        Sql.of("delete from auth.mfa_factors where user_id = ?", user.id()).update(connection);
        Sql.of("delete from auth.webauthn_credentials where user_id = ?", user.id())
                .update(connection);
    }

    /** Whether a message that was sent to the address can still be used. */
    static boolean pending(User user, Duration life, Instant now) {
        return Stream.of("confirmation_sent_at", "recovery_sent_at", "invited_at")
                .map(user::time)
                .flatMap(Optional::stream)
                .anyMatch(sent -> now.isBefore(sent.plus(life)));
    }
}
