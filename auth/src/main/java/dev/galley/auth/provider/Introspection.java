package dev.galley.auth.provider;

import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.flow.Callers;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.Authenticator;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /oauth/introspect} (RFC 7662): whether a client's token still holds, and what it may. A confidential client may ask of its
 * own tokens, the holder of the service key, such as a server to which applications bring them, of all. Of every other token nothing
 * is told but that it is none.
 */
final class Introspection implements ClientEndpoint.Work {
    private static final List<String> CLAIMS = List.of("sub", "aud", "iss", "iat", "nbf", "exp", "jti");

    private final Parts parts;
    private final Authenticator authenticator;
    private final ClientAuthentication authentication;

    Introspection(Parts parts, Authenticator authenticator) {
        this.parts = parts;
        this.authenticator = authenticator;
        this.authentication = new ClientAuthentication(parts);
    }

    @Override
    public Reply answer(AuthRequest request, Parameters parameters) throws SQLException {
        Optional<Client> asker =
                Callers.serviceKey(request) ? Optional.empty() : Optional.of(confidential(request, parameters));
        String token = parameters.required("token");
        return Reply.ok(parts.transaction(connection -> {
            Optional<Presented> known = Presented.find(connection, parts, authenticator, token)
                    .filter(shown -> asker.isEmpty()
                            || asker.get().id().equals(shown.delegation().client()));
            return known.isPresent() && holds(connection, known.get()) ? told(known.get()) : inactive();
        }));
    }

    /** Anybody can say that they are a public client. */
    private Client confidential(AuthRequest request, Parameters parameters) throws SQLException {
        Client client = authentication.client(request, parameters);
        if (!client.confidential()) {
            throw ClientAuthentication.invalid();
        }
        return client;
    }

    private boolean holds(Connection connection, Presented token) throws SQLException {
        Optional<User> user = Users.byId(connection, token.session().user())
                .filter(known -> !known.row().hasNonNull("deleted_at"));
        return token.current()
                && user.isPresent()
                && parts.refreshes().refusal(token.session(), user.get()).isEmpty();
    }

    private static ObjectNode inactive() {
        return StrictJson.newObject().put("active", false);
    }

    private static ObjectNode told(Presented token) {
        ObjectNode json = StrictJson.newObject().put("active", true);
        json.put("client_id", token.delegation().client().toString());
        if (token.claims().isEmpty()) {
            json.put("scope", token.delegation().scope());
            json.put("sub", token.session().user().toString());
            token.session().notAfter().map(Instant::getEpochSecond).ifPresent(end -> json.put("exp", end));
            return json;
        }
        ObjectNode claims = token.claims().get();
        json.put("scope", claims.path("scope").asString(""));
        json.put("token_type", "Bearer");
        for (String name : CLAIMS) {
            JsonNode value = claims.path(name);
            if (!value.isMissingNode()) {
                json.set(name, value);
            }
        }
        return json;
    }
}
