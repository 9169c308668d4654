package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.CodeChallenge;
import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.mail.MailType;
import dev.galley.identity.StrictJson;
import java.sql.SQLException;
import java.util.Optional;

/** {@code POST /recover}: a mail with which a user who has lost the password signs in. The answer is the same for everybody. */
public final class Recover implements Endpoint {
    private final Parts parts;

    public Recover(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        String email = Addresses.email(body.required("email"));
        Optional<CodeChallenge> challenge =
                CodeChallenge.of(body.text("code_challenge"), body.text("code_challenge_method"));
        String redirectTo = parts.redirects().choose(request);
        parts.limits()
                .require(
                        "signup",
                        request.clientAddress(),
                        parts.settings().rates().signUps());
        parts.messages().requireMailInterval(Kind.RECOVERY, email);
        parts.transaction(connection -> {
            Optional<User> user =
                    Users.byEmail(connection, email, parts.settings().sessions().audience());
            if (user.isEmpty()) {
                return user;
            }
            if (challenge.isPresent()) {
                FlowStates.begin(connection, user.get().id(), challenge.get(), "email", "recovery", parts.now());
            }
            Audit.note(
                    connection,
                    Audit.Action.USER_RECOVERY_REQUESTED,
                    user.get(),
                    StrictJson.newObject(),
                    request.clientAddress(),
                    parts.now());
            parts.messages()
                    .mail(
                            connection,
                            user.get(),
                            new Messages.Mail(
                                    MailType.RECOVERY,
                                    Kind.RECOVERY,
                                    "recovery",
                                    email,
                                    redirectTo,
                                    challenge.isPresent()));
            return user;
        });
        return Reply.done();
    }
}
