package dev.galley.auth.provider;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.account.User;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /user/oauth/grants}: which applications act for the user, until the user says otherwise. */
final class UserGrants {
    private final Parts parts;

    UserGrants(Parts parts) {
        this.parts = parts;
    }

    Reply list(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            User user = parts.callers().signedIn(connection, request).user();
            ArrayNode all = StrictJson.newObject().arrayNode();
            for (Consents.Consent consent : Consents.all(connection, user.id())) {
                Optional<Client> client = Clients.byId(connection, consent.client());
                if (client.isPresent()) {
                    ObjectNode json = all.addObject();
                    json.set("client", client.get().shown());
                    consent.scopes().names().forEach(json.putArray("scopes")::add);
                    json.put("granted_at", consent.since().toString());
                }
            }
            return Reply.ok(all);
        });
    }

    /** Ends at once what the application may do: its sessions, codes that are on their way, the remembered consent. */
    Reply revoke(AuthRequest request) throws SQLException {
        String text = request.query("client_id")
                .orElseThrow(() -> AuthError.invalid("client_id query parameter is required")
                        .thrown());
        UUID client;
        try {
            client = UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw AuthError.invalid("invalid client_id format").thrown();
        }
        return parts.transaction(connection -> {
            User user = parts.callers().signedIn(connection, request).user();
            if (!Consents.revoke(connection, user.id(), client, parts.now())) {
                throw AuthError.of(404, ErrorCode.OAUTH_CONSENT_NOT_FOUND, "No active grant found for this client")
                        .thrown();
            }
            // First the codes: one that is redeemed meanwhile has begun its session by then.
            Authorizations.forget(connection, client, user.id());
            Sessions.endOfClient(connection, client, Optional.of(user.id()));
            Audit.note(
                    connection,
                    Audit.Action.TOKEN_REVOKED,
                    user,
                    StrictJson.newObject()
                            .put("oauth_client_id", client.toString())
                            .put("action", "revoke_oauth_grant"),
                    request.clientAddress(),
                    parts.now());
            return Reply.noContent();
        });
    }
}
