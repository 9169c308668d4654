package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Identities;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * Users whom nothing but one identity leads to: those of an organisation's identity provider, and holders of wallets. An address
 * never makes them one with another account, for whoever runs such a provider can assert any address.
 *
 * @param provider {@code sso:<id>} or {@code web3}
 * @param subject who it is to the provider, for ever
 * @param email which the provider vouches for
 * @param data kept with the identity and shown to the user
 */
public record Vouched(String provider, String subject, Optional<String> email, ObjectNode data) {

    /**
     * The user, made at the first time. Part of a {@link Parts#creation}.
     *
     * @param traits of the entry in the audit log
     */
    public UUID signIn(Connection connection, Parts parts, AuthRequest request, ObjectNode traits) throws SQLException {
        Optional<UUID> known = Identities.owner(connection, provider, subject);
        UUID id = known.isPresent() ? again(connection, parts, known.get()) : first(connection, parts);
        Audit.note(
                connection,
                known.isPresent() ? Audit.Action.LOGIN : Audit.Action.USER_SIGNEDUP,
                Users.byId(connection, id).orElseThrow(),
                traits.put("provider", provider),
                request.clientAddress(),
                parts.now());
        return id;
    }

    private UUID again(Connection connection, Parts parts, UUID id) throws SQLException {
        User user = Users.locked(connection, id)
                .orElseThrow(() -> AuthError.of(404, ErrorCode.USER_NOT_FOUND, "User not found")
                        .thrown());
        if (user.bannedAt(parts.now())) {
            throw AuthError.of(403, ErrorCode.USER_BANNED, "User is banned").thrown();
        }
        Identities.renew(connection, provider, subject, data, parts.now());
        if (user.sso() && email.isPresent() && !email.equals(user.email())) {
            Users.update(connection, id, parts.now(), "email = ?", email.get());
        }
        Users.mergeUserMetadata(connection, id, parts.now(), data);
        return id;
    }

    private UUID first(Connection connection, Parts parts) throws SQLException {
        if (!parts.settings().signupEnabled()) {
            throw AuthError.of(422, ErrorCode.SIGNUP_DISABLED, "Signups not allowed for this instance")
                    .thrown();
        }
        UUID id = NewUsers.id();
        NewUsers.insert(
                connection,
                parts,
                new Users.Draft(
                        id,
                        parts.settings().sessions().audience(),
                        "authenticated",
                        email,
                        Optional.empty(),
                        Optional.empty(),
                        NewUsers.appMetadata(provider),
                        data,
                        false,
                        provider.startsWith(Identities.SSO)));
        Identities.insert(connection, id, provider, subject, data, parts.now());
        if (email.isPresent()) {
            Users.update(connection, id, parts.now(), "email_confirmed_at = ?", parts.now());
        }
        return id;
    }

    /** Never prints what is known about a person. */
    @Override
    public String toString() {
        return "Vouched[" + provider + "]";
    }
}
