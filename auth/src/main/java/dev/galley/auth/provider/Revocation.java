package dev.galley.auth.provider;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.Authenticator;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST /oauth/revoke} (RFC 7009): a client gives a token back. With it goes its session, so everything that the client got with
 * one consent ends; what is no token any more is answered the same.
 */
final class Revocation implements ClientEndpoint.Work {
    static final List<String> KNOWN = List.of("token", "token_type_hint", "client_id", "client_secret");

    private final Parts parts;
    private final Authenticator authenticator;
    private final ClientAuthentication authentication;

    Revocation(Parts parts, Authenticator authenticator) {
        this.parts = parts;
        this.authenticator = authenticator;
        this.authentication = new ClientAuthentication(parts);
    }

    @Override
    public Reply answer(AuthRequest request, Parameters parameters) throws SQLException {
        Client client = authentication.client(request, parameters);
        String token = parameters.required("token");
        return parts.transaction(connection -> {
            Optional<Presented> known = Presented.find(connection, parts, authenticator, token);
            if (known.isPresent()) {
                if (!known.get().delegation().client().equals(client.id())) {
                    throw OAuthRefusal.invalidGrant("The token was not issued to this client");
                }
                end(connection, request, known.get());
            }
            return new Reply(200, Map.of(), Optional.empty());
        });
    }

    private void end(Connection connection, AuthRequest request, Presented token) throws SQLException {
        Optional<User> user = Users.byId(connection, token.session().user());
        Sessions.end(connection, token.session().id());
        if (user.isPresent()) {
            Audit.note(
                    connection,
                    Audit.Action.TOKEN_REVOKED,
                    user.get(),
                    StrictJson.newObject()
                            .put("client_id", token.delegation().client().toString())
                            .put("action", "revoked_by_client"),
                    request.clientAddress(),
                    parts.now());
        }
    }
}
