package dev.galley.auth.mfa;

import dev.galley.auth.account.Assurance;
import dev.galley.auth.account.Factors;
import dev.galley.auth.account.Session;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.token.Tokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** What a second factor does to a session, and to the user's others. */
final class Elevation {
    private final Parts parts;

    Elevation(Parts parts) {
        this.parts = parts;
    }

    /** @param factor that was shown, or the set of recovery codes */
    Tokens raise(Connection connection, Holder holder, UUID factor, String method) throws SQLException {
        Session session = Sessions.locked(connection, holder.session().id())
                .orElseThrow(() -> AuthError.of(403, ErrorCode.SESSION_NOT_FOUND, "The session has ended")
                        .thrown());
        Session raised = Assurance.raise(connection, session, factor, method, parts.now());
        Assurance.endBelow(connection, holder.user().id());
        // Whatever somebody else began to enroll with the password alone is not to be finished.
        Factors.deleteUnverified(connection, holder.user().id());
        User user = Users.byId(connection, holder.user().id()).orElseThrow();
        return parts.signIns().tokens(connection, user, raised, method);
    }
}
