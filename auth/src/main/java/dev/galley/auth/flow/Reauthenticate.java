package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.User;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.mail.MailType;
import dev.galley.identity.StrictJson;
import java.sql.SQLException;

/** {@code GET /reauthenticate}: a code with which a signed-in user shows once more who they are, before a new password. */
public final class Reauthenticate implements Endpoint {
    private final Parts parts;

    public Reauthenticate(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        User user = parts.transaction(
                connection -> parts.callers().signedIn(connection, request).user());
        boolean byEmail = user.email().isPresent();
        if (byEmail ? !user.emailConfirmed() : user.phone().isEmpty() || !user.phoneConfirmed()) {
            throw byEmail
                    ? AuthError.of(422, ErrorCode.EMAIL_NOT_CONFIRMED, "Please verify your email first.")
                            .thrown()
                    : AuthError.of(422, ErrorCode.PHONE_NOT_CONFIRMED, "Please verify your phone first.")
                            .thrown();
        }
        if (byEmail) {
            parts.messages()
                    .requireMailInterval(Kind.REAUTHENTICATION, user.email().get());
        } else {
            parts.sms().requireInterval(Kind.REAUTHENTICATION, user.phone().get());
        }
        parts.transaction(connection -> {
            Audit.note(
                    connection,
                    Audit.Action.USER_REAUTHENTICATE_REQUESTED,
                    user,
                    StrictJson.newObject(),
                    request.clientAddress(),
                    parts.now());
            if (byEmail) {
                parts.messages()
                        .mail(
                                connection,
                                user,
                                new Messages.Mail(
                                        MailType.REAUTHENTICATION,
                                        Kind.REAUTHENTICATION,
                                        "reauthentication",
                                        user.email().get(),
                                        parts.settings().siteUrl().toString(),
                                        false));
            } else {
                parts.sms()
                        .send(
                                connection,
                                user,
                                Kind.REAUTHENTICATION,
                                user.phone().get());
            }
            return user;
        });
        return Reply.done();
    }
}
