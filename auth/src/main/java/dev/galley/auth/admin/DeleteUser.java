package dev.galley.auth.admin;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.FlowStates;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.flow.Parts;
import dev.galley.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;

/** {@code DELETE /admin/users/:uid}: for good, or so that only the id is left for rows that refer to it. */
final class DeleteUser implements Endpoint {
    private final Parts parts;

    DeleteUser(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        boolean soft = request.json().flag("should_soft_delete", false);
        parts.database().transaction(connection -> {
            User user = Administrator.user(connection, request);
            Administrator.note(connection, parts, request, Audit.Action.USER_DELETED, user);
            if (soft) {
                forget(connection, user);
            } else {
                Sql.of("delete from auth.users where id = ?", user.id()).update(connection);
            }
            return user;
        });
        return Reply.done();
    }

    private void forget(Connection connection, User user) throws SQLException {
        Sessions.endAll(connection, user.id());
        parts.oneTimeTokens().revokeAll(connection, user.id());
        FlowStates.endIssued(connection, user.id());
        Sql.of("delete from auth.mfa_factors where user_id = ?", user.id()).update(connection);
        Sql.of("delete from auth.webauthn_credentials where user_id = ?", user.id())
                .update(connection);
        Sql.of("""
                        update auth.identities
                           set identity_data = '{}', provider_id = encode(sha256((id::text || provider_id)::bytea), 'hex')
                         where user_id = ?
                        """, user.id()).update(connection);
        Users.update(
                connection,
                user.id(),
                parts.clock().instant(),
                "email = ?, phone = ?, email_change = '', phone_change = '', encrypted_password = '',"
                        + " raw_user_meta_data = '{}', raw_app_meta_data = '{}', deleted_at = ?",
                user.email().map(email -> nobodys(user, email)),
                user.phone().map(phone -> nobodys(user, phone)),
                parts.clock().instant());
    }

    /** A text in the place of an address, from which it cannot be read, and which the same address never gives twice. */
    private static String nobodys(User user, String address) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest((user.id() + address).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
