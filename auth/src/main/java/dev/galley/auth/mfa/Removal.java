package dev.galley.auth.mfa;

import dev.galley.auth.account.Assurance;
import dev.galley.auth.account.Factor;
import dev.galley.auth.account.Factors;
import dev.galley.auth.account.RecoveryCodes;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.mail.MailType;
import java.sql.Connection;
import java.sql.SQLException;

/** Takes a factor away, and from every session what it owed to the factor. */
final class Removal {
    private Removal() {}

    static void remove(Parts parts, Connection connection, User user, Factor factor) throws SQLException {
        Factors.delete(connection, factor.id());
        Assurance.lower(connection, factor.id(), factor.kind().method());
        if (!factor.verified()) {
            return;
        }
        Notices.send(parts, connection, user, MailType.MFA_FACTOR_UNENROLLED_NOTIFICATION, factor.kind());
        boolean last = Users.byId(connection, user.id())
                .filter(User::hasVerifiedFactor)
                .isEmpty();
        if (last) {
            // Recovery codes stand in for a factor; with none left they would be a factor that nobody sees.
            removeRecoveryCodes(connection, user);
        }
    }

    static void removeRecoveryCodes(Connection connection, User user) throws SQLException {
        var codes = RecoveryCodes.of(connection, user.id());
        if (codes.isPresent()) {
            RecoveryCodes.delete(connection, user.id());
            Assurance.lower(connection, codes.get().id(), Recovery.METHOD);
        }
    }
}
