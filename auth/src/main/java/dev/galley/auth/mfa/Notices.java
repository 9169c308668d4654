package dev.galley.auth.mfa;

import dev.galley.auth.account.Factor;
import dev.galley.auth.account.User;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.mail.MailType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Tells a user that a factor came or went. */
final class Notices {
    private Notices() {}

    static void send(Parts parts, Connection connection, User user, MailType type, Factor.Kind kind)
            throws SQLException {
        if (user.email().isPresent() && user.emailConfirmed()) {
            parts.messages().notice(connection, user, type, user.email().get(), Map.of("FactorType", kind.text()));
        }
    }
}
