package dev.galley.auth.provider;

import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.provider.Client.AuthMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * Which client asks: by the one method that it is registered with (RFC 6749, 2.3). An unknown client, a wrong secret and
 * another method are told apart neither by the answer nor by the work that it takes.
 */
final class ClientAuthentication {
    private static final String BASIC = "Basic ";
    private static final String NOBODYS = Secrets.digest("");

    private final Parts parts;

    private record Credentials(String id, Optional<String> secret, AuthMethod method) {
        /** Never prints a secret. */
        @Override
        public String toString() {
            return "Credentials[" + method + "]";
        }
    }

    ClientAuthentication(Parts parts) {
        this.parts = parts;
    }

    Client client(AuthRequest request, Parameters parameters) throws SQLException {
        Credentials given = credentials(request, parameters);
        Optional<Client> known = known(given.id());
        boolean secretRight = Secrets.matches(
                given.secret().orElse(""), known.flatMap(Client::secretDigest).orElse(NOBODYS));
        return known.filter(client -> client.authMethod() == given.method())
                .filter(client -> !client.confidential()
                        || (secretRight && client.secretDigest().isPresent()))
                .orElseThrow(ClientAuthentication::invalid);
    }

    static OAuthRefusal invalid() {
        return new OAuthRefusal(401, "invalid_client", "Invalid client credentials");
    }

    /** Whoever tried the header is told so (RFC 6749, 5.2). */
    static Reply reply(OAuthRefusal refusal, AuthRequest request) {
        Reply reply = refusal.reply();
        return reply.status() == 401 && header(request).isPresent()
                ? reply.with("WWW-Authenticate", "Basic realm=\"oauth\", charset=\"UTF-8\"")
                : reply;
    }

    private Optional<Client> known(String id) throws SQLException {
        UUID uuid;
        try {
            uuid = UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            uuid = new UUID(0, 0);
        }
        UUID wanted = uuid;
        return parts.transaction(connection -> Clients.byId(connection, wanted));
    }

    private static Optional<String> header(AuthRequest request) {
        return request.header("Authorization")
                .filter(value -> value.regionMatches(true, 0, BASIC, 0, BASIC.length()))
                .map(value -> value.substring(BASIC.length()).strip());
    }

    private static Credentials credentials(AuthRequest request, Parameters parameters) {
        Optional<String> bodyId = parameters.get("client_id");
        Optional<String> bodySecret = parameters.get("client_secret");
        Optional<String> header = header(request);
        if (header.isEmpty()) {
            return new Credentials(
                    bodyId.orElseThrow(ClientAuthentication::invalid),
                    bodySecret,
                    bodySecret.isPresent() ? AuthMethod.CLIENT_SECRET_POST : AuthMethod.NONE);
        }
        Credentials basic = basic(header.get());
        if (bodySecret.isPresent()
                || bodyId.filter(id -> !id.equals(basic.id())).isPresent()) {
            throw OAuthRefusal.invalidRequest("The client must authenticate in one way only");
        }
        return basic;
    }

    private static Credentials basic(String encoded) {
        try {
            String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon < 0) {
                throw invalid();
            }
            // Both halves are forms (RFC 6749, 2.3.1).
            return new Credentials(
                    URLDecoder.decode(text.substring(0, colon), StandardCharsets.UTF_8),
                    Optional.of(URLDecoder.decode(text.substring(colon + 1), StandardCharsets.UTF_8)),
                    AuthMethod.CLIENT_SECRET_BASIC);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
    }
}
