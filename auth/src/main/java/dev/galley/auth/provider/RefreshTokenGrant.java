package dev.galley.auth.provider;

import dev.galley.auth.account.Session;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.token.RefreshToken;
import dev.galley.auth.token.Refreshes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/** A refresh token for new tokens, to the client that it was given to, for what the user agreed to or less. */
final class RefreshTokenGrant {
    private final Parts parts;

    RefreshTokenGrant(Parts parts) {
        this.parts = parts;
    }

    Reply answer(AuthRequest request, Client client, Parameters parameters) throws SQLException {
        String token = parameters.required("refresh_token");
        Optional<Scopes> wanted = parameters.get("scope").map(Scopes::of);
        return parts.transaction(connection -> {
            Scopes granted = granted(connection, client, token);
            Scopes scopes = wanted.orElse(granted);
            if (!scopes.within(granted) || scopes.names().isEmpty()) {
                throw OAuthRefusal.invalidScope("scope exceeds what the user agreed to");
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
                case Refreshes.Refreshed(var tokens, var _) -> Reply.ok(ClientTokens.json(tokens, client, scopes));
            };
        });
    }

    private static Scopes granted(Connection connection, Client client, String token) throws SQLException {
        Optional<UUID> id = RefreshToken.parse(token).map(RefreshToken::session);
        Optional<Session> session = id.isEmpty() ? Optional.empty() : Sessions.byId(connection, id.get());
        return session.filter(known -> known.oauthClient().equals(Optional.of(client.id())))
                .map(known -> Scopes.of(known.scopes().orElse("")))
                .orElseThrow(() -> OAuthRefusal.invalidGrant("Invalid Refresh Token: Refresh Token Not Found"));
    }
}
