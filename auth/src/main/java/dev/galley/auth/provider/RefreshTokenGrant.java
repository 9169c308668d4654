package dev.galley.auth.provider;

import dev.galley.auth.account.Delegation;
import dev.galley.auth.account.Session;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.token.RefreshToken;
import dev.galley.auth.token.Refreshes;
import dev.galley.auth.token.Tokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** A refresh token for new tokens, to the client that it was given to, for what the user agreed to or less. */
final class RefreshTokenGrant {
    private final Parts parts;
    private final IdToken idToken;
    private final boolean openid;

    /** @param openid whether ID tokens can be signed so that others can verify them */
    RefreshTokenGrant(Parts parts, IdToken idToken, boolean openid) {
        this.parts = parts;
        this.idToken = idToken;
        this.openid = openid;
    }

    Reply answer(AuthRequest request, Client client, Parameters parameters) throws SQLException {
        String token = parameters.required("refresh_token");
        Optional<Scopes> wanted = parameters.get("scope").map(Scopes::of);
        Optional<String> resource = parameters.get("resource");
        return parts.transaction(connection -> {
            Delegation delegation = delegation(connection, client, token);
            Scopes granted = Scopes.of(delegation.scope());
            Scopes scopes = wanted.orElse(granted);
            if (!scopes.within(granted) || scopes.names().isEmpty()) {
                throw OAuthRefusal.invalidScope("scope exceeds what the user agreed to");
            }
            if (resource.isPresent() && !resource.equals(delegation.resource())) {
                throw new OAuthRefusal(400, "invalid_target", "resource is not the one that was authorized");
            }
            Refreshes.Outcome outcome = parts.refreshes()
                    .refresh(
                            connection,
                            token,
                            Parts.client(request),
                            Optional.of(client.id()),
                            Optional.of(scopes.text()));
            return switch (outcome) {
                // Not thrown: the session may have been ended.
                case Refreshes.Refused(var error) ->
                    OAuthRefusal.invalidGrant(error.message()).reply();
                case Refreshes.Refreshed(var tokens, var _) -> Reply.ok(json(tokens, client, scopes, delegation));
            };
        });
    }

    private ObjectNode json(Tokens tokens, Client client, Scopes scopes, Delegation delegation) {
        ObjectNode json = ClientTokens.json(tokens, client, scopes);
        if (openid && scopes.has(Scopes.OPENID)) {
            json.put(
                    "id_token",
                    idToken.of(tokens.user(), client, scopes, delegation.authenticatedAt(), Optional.empty()));
        }
        return json;
    }

    private static Delegation delegation(Connection connection, Client client, String token) throws SQLException {
        Optional<UUID> id = RefreshToken.parse(token).map(RefreshToken::session);
        Optional<Session> session = id.isEmpty() ? Optional.empty() : Sessions.byId(connection, id.get());
        return session.flatMap(Session::delegation)
                .filter(known -> known.client().equals(client.id()))
                .orElseThrow(() -> OAuthRefusal.invalidGrant("Invalid Refresh Token: Refresh Token Not Found"));
    }
}
