package dev.galley.auth.admin;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.Identities;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.account.User;
import dev.galley.auth.account.UserJson;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.flow.NewUsers;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.flow.SqlStates;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** {@code /admin/users}: makes, shows and changes one user. */
final class UserAdmin {
    private final Parts parts;

    UserAdmin(Parts parts) {
        this.parts = parts;
    }

    Reply get(AuthRequest request) throws SQLException {
        return Reply.ok(
                UserJson.of(parts.database().transaction(connection -> Administrator.user(connection, request))));
    }

    Reply create(AuthRequest request) throws SQLException {
        JsonBody body = request.json();
        UserFields fields = UserFields.of(body, parts);
        if (fields.email().isEmpty() && fields.phone().isEmpty()) {
            throw AuthError.invalid("Cannot create a user without either an email or phone")
                    .thrown();
        }
        UUID id = body.text("id").map(UserAdmin::uuid).orElseGet(UUID::randomUUID);
        try {
            return Reply.ok(UserJson.of(parts.database().transaction(connection -> {
                insert(connection, id, fields);
                User user = apply(connection, id, fields);
                Administrator.note(connection, parts, request, Audit.Action.USER_SIGNEDUP, user);
                return user;
            })));
        } catch (SQLException e) {
            throw taken(e, fields);
        }
    }

    private void insert(Connection connection, UUID id, UserFields fields) throws SQLException {
        String provider = fields.email().isPresent() ? Identities.EMAIL : Identities.PHONE;
        ObjectNode app = NewUsers.appMetadata(provider);
        Users.insert(
                connection,
                new Users.Draft(
                        id,
                        parts.settings().sessions().audience(),
                        fields.role().orElse("authenticated"),
                        fields.email(),
                        fields.phone(),
                        fields.passwordHash(),
                        app,
                        StrictJson.newObject(),
                        false,
                        false),
                parts.clock().instant());
    }

    Reply update(AuthRequest request) throws SQLException {
        UserFields fields = UserFields.of(request.json(), parts);
        try {
            return Reply.ok(UserJson.of(parts.database().transaction(connection -> {
                User before = Administrator.user(connection, request);
                secure(connection, before, fields);
                User user = apply(connection, before.id(), fields);
                Administrator.note(connection, parts, request, Audit.Action.USER_MODIFIED, user);
                return user;
            })));
        } catch (SQLException e) {
            throw taken(e, fields);
        }
    }

    /** Who had the old password or the old address must not keep what they opened with it. */
    private void secure(Connection connection, User before, UserFields fields) throws SQLException {
        boolean address = (fields.email().isPresent() && !fields.email().equals(before.email()))
                || (fields.phone().isPresent() && !fields.phone().equals(before.phone()));
        if (fields.passwordHash().isPresent()) {
            Users.update(
                    connection,
                    before.id(),
                    parts.clock().instant(),
                    "encrypted_password = ?",
                    fields.passwordHash().get());
            Sessions.endAll(connection, before.id());
            FlowStates.endIssued(connection, before.id());
        }
        if (address || fields.passwordHash().isPresent()) {
            parts.oneTimeTokens().revokeAll(connection, before.id());
        }
        if (fields.role().isPresent()) {
            Users.update(
                    connection,
                    before.id(),
                    parts.clock().instant(),
                    "role = ?",
                    fields.role().get());
        }
    }

    private User apply(Connection connection, UUID id, UserFields fields) throws SQLException {
        Instant now = parts.clock().instant();
        if (fields.email().isPresent()) {
            Users.update(
                    connection,
                    id,
                    now,
                    "email = ?, is_anonymous = false",
                    fields.email().get());
            Identities.put(
                    connection,
                    id,
                    Identities.EMAIL,
                    NewUsers.identity(Identities.EMAIL, fields.email().get(), fields.emailConfirm()),
                    now);
        }
        if (fields.phone().isPresent()) {
            Users.update(
                    connection,
                    id,
                    now,
                    "phone = ?, is_anonymous = false",
                    fields.phone().get());
            Identities.put(
                    connection,
                    id,
                    Identities.PHONE,
                    NewUsers.identity(Identities.PHONE, fields.phone().get(), fields.phoneConfirm()),
                    now);
        }
        if (fields.emailConfirm()) {
            Users.update(connection, id, now, "email_confirmed_at = coalesce(email_confirmed_at, ?)", now);
        }
        if (fields.phoneConfirm()) {
            Users.update(connection, id, now, "phone_confirmed_at = coalesce(phone_confirmed_at, ?)", now);
        }
        Identities.refreshProviders(connection, id);
        if (fields.userMetadata().isPresent()) {
            Users.mergeUserMetadata(connection, id, now, fields.userMetadata().get());
        }
        if (fields.appMetadata().isPresent()) {
            Users.mergeAppMetadata(connection, id, now, fields.appMetadata().get());
        }
        if (fields.ban().isPresent()) {
            Optional<Instant> until = fields.ban().filter(Duration::isPositive).map(now::plus);
            Users.update(connection, id, now, "banned_until = ?", until);
        }
        return Users.byId(connection, id).orElseThrow();
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw AuthError.invalid("ID must conform to the uuid v4 format").thrown();
        }
    }

    /** As what the caller did wrong, or as it is. */
    private static SQLException taken(SQLException e, UserFields fields) {
        if (SqlStates.duplicate(e)) {
            throw String.valueOf(e.getMessage()).contains("phone")
                            && fields.phone().isPresent()
                    ? Administrator.phoneTaken()
                    : Administrator.emailTaken();
        }
        return e;
    }
}
