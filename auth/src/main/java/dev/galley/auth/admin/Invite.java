package dev.galley.auth.admin;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Identities;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.User;
import dev.galley.auth.account.UserJson;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.flow.Addresses;
import dev.galley.auth.flow.Messages;
import dev.galley.auth.flow.NewUsers;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.flow.Unproven;
import dev.galley.auth.mail.MailType;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /invite}: makes a user and sends them a link with which they sign in for the first time. */
final class Invite implements Endpoint {
    private final Parts parts;

    Invite(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        String email = Addresses.email(body.required("email"));
        ObjectNode data = body.object("data").orElseGet(StrictJson::newObject);
        String redirectTo = parts.redirects().choose(request);
        return Reply.ok(UserJson.of(parts.transaction(connection -> {
            User user = invited(connection, parts, request, email, data);
            parts.messages()
                    .mail(
                            connection,
                            user,
                            new Messages.Mail(MailType.INVITE, Kind.CONFIRMATION, "invite", email, redirectTo, false));
            return Users.byId(connection, user.id()).orElseThrow();
        })));
    }

    /** The user of the address, who must not have confirmed it yet, or a new one. */
    static User invited(Connection connection, Parts parts, AuthRequest request, String email, ObjectNode data)
            throws SQLException {
        Instant now = parts.clock().instant();
        Optional<User> known =
                Users.byEmail(connection, email, parts.settings().sessions().audience());
        if (known.filter(User::emailConfirmed).isPresent()) {
            throw Administrator.emailTaken();
        }
        UUID id = known.map(User::id).orElseGet(NewUsers::id);
        if (known.isEmpty()) {
            NewUsers.insert(
                    connection, parts, NewUsers.draft(parts, id, Identities.EMAIL, email, Optional.empty(), data));
            Identities.put(connection, id, Identities.EMAIL, NewUsers.identity(Identities.EMAIL, email, false), now);
        } else {
            // Whoever signed up with the address before was not invited.
            User before = Users.locked(connection, id).orElseThrow(Administrator::unknown);
            Unproven.clear(connection, parts.oneTimeTokens(), before, now);
            if (!before.invited()) {
                Users.update(connection, id, now, "raw_user_meta_data = ?::jsonb", StrictJson.write(data));
            }
        }
        Users.update(connection, id, now, "invited_at = ?", now);
        User user = Users.byId(connection, id).orElseThrow();
        Administrator.note(connection, parts, request, Audit.Action.USER_INVITED, user);
        return user;
    }
}
