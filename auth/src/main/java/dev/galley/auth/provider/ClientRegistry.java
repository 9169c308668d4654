package dev.galley.auth.provider;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.User;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Makes clients: what administrators and applications that register themselves have in common. */
final class ClientRegistry {
    static final String MANUAL = "manual";
    static final String DYNAMIC = "dynamic";

    private final Parts parts;
    private final Secrets secrets;

    /** A client that was made or got a new secret; nobody is told the secret again. */
    record Issued(Client client, Optional<String> secret) {
        /** Never prints a secret. */
        @Override
        public String toString() {
            return "Issued[" + client + "]";
        }
    }

    ClientRegistry(Parts parts, Secrets secrets) {
        this.parts = parts;
        this.secrets = secrets;
    }

    Issued create(Connection connection, AuthRequest request, ClientForm form, String registration)
            throws SQLException {
        Instant now = parts.now();
        Client.AuthMethod method = form.newAuthMethod();
        Optional<String> secret = method == Client.AuthMethod.NONE ? Optional.empty() : Optional.of(secrets.make());
        Client client = new Client(
                UUID.randomUUID(),
                secret.map(Secrets::digest),
                method,
                form.redirectUris().orElseThrow(() -> ClientForm.redirect("redirect_uris is required")),
                form.grantTypes().orElse(Client.GRANT_TYPES),
                form.name().filter(text -> !text.isEmpty()),
                form.uri().filter(text -> !text.isEmpty()),
                form.logo().filter(text -> !text.isEmpty()),
                registration,
                now,
                now);
        Clients.insert(connection, client);
        note(connection, request, Audit.Action.OAUTH_CLIENT_CREATED, client);
        return new Issued(client, secret);
    }

    Issued renewSecret(Connection connection, AuthRequest request, Client client) throws SQLException {
        String secret = secrets.make();
        Client renewed = new Client(
                client.id(),
                Optional.of(Secrets.digest(secret)),
                client.authMethod(),
                client.redirectUris(),
                client.grantTypes(),
                client.name(),
                client.uri(),
                client.logo(),
                client.registration(),
                client.createdAt(),
                parts.now());
        Clients.update(connection, renewed);
        note(connection, request, Audit.Action.OAUTH_CLIENT_UPDATED, renewed);
        return new Issued(renewed, Optional.of(secret));
    }

    void note(Connection connection, AuthRequest request, Audit.Action action, Client client) throws SQLException {
        String actor = client.registration().equals(DYNAMIC) && action == Audit.Action.OAUTH_CLIENT_CREATED
                ? "dynamic_registration"
                : "service_role";
        Audit.note(
                connection,
                action,
                new User(StrictJson.newObject()
                        .put("id", new UUID(0, 0).toString())
                        .put("email", actor)),
                StrictJson.newObject()
                        .put("client_id", client.id().toString())
                        .put("client_name", client.name().orElse("")),
                request.clientAddress(),
                parts.now());
    }

    /** How administrators are told what is wrong with a client. */
    static AuthException invalid(OAuthRefusal refusal) {
        return dev.galley.auth.error.AuthError.of(400, ErrorCode.VALIDATION_FAILED, refusal.description())
                .thrown();
    }
}
