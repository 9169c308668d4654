package dev.galley.auth.provider;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.CodeChallenge;
import dev.galley.auth.account.Delegation;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.token.Tokens;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** A code for tokens, once: a code that comes again was stolen, or its thief was faster, so what it brought ends. */
final class CodeGrant {
    private static final String UNKNOWN = "Invalid authorization code";

    private final Parts parts;
    private final IdToken idToken;

    CodeGrant(Parts parts, IdToken idToken) {
        this.parts = parts;
        this.idToken = idToken;
    }

    Reply answer(AuthRequest request, Client client, Parameters parameters) throws SQLException {
        String code = parameters.required("code");
        return parts.transaction(connection -> {
            // Client, user, code: in the order in which deleting a client or a user comes by.
            Client held = Clients.held(connection, client.id()).orElseThrow(ClientAuthentication::invalid);
            Authorization known = Authorizations.byCode(connection, code)
                    .filter(authorization -> authorization.client().equals(held.id()))
                    .orElseThrow(() -> OAuthRefusal.invalidGrant(UNKNOWN));
            UUID userId = known.user().orElseThrow(() -> OAuthRefusal.invalidGrant(UNKNOWN));
            User user = Users.locked(connection, userId).orElseThrow(() -> OAuthRefusal.invalidGrant(UNKNOWN));
            Authorization authorization =
                    Authorizations.locked(connection, known.id()).orElseThrow(() -> OAuthRefusal.invalidGrant(UNKNOWN));
            if (authorization.redeemed()) {
                return again(connection, request, authorization, user);
            }
            check(authorization, user, parameters);
            if (user.bannedAt(parts.now())) {
                note(
                        connection,
                        request,
                        Audit.Action.LOGIN_FAILED,
                        user,
                        traits(authorization).put("reason", "user_banned"));
                return OAuthRefusal.invalidGrant("User is banned").reply();
            }
            return redeemed(connection, request, held, authorization, user);
        });
    }

    private Reply again(Connection connection, AuthRequest request, Authorization authorization, User user)
            throws SQLException {
        if (authorization.session().isPresent()) {
            Sessions.end(connection, authorization.session().get());
            note(
                    connection,
                    request,
                    Audit.Action.TOKEN_REVOKED,
                    user,
                    traits(authorization).put("action", "authorization_code_reused"));
        }
        return OAuthRefusal.invalidGrant(UNKNOWN).reply();
    }

    private void check(Authorization authorization, User user, Parameters parameters) {
        if (authorization.status() != Authorization.Status.APPROVED || authorization.expiredAt(parts.now())) {
            throw OAuthRefusal.invalidGrant("Authorization code has expired");
        }
        if (parameters
                .get("redirect_uri")
                .filter(uri -> !uri.equals(authorization.redirectUri()))
                .isPresent()) {
            throw OAuthRefusal.invalidGrant("Invalid redirect_uri");
        }
        Optional<String> resource = parameters.get("resource");
        if (resource.isPresent() && !resource.equals(authorization.resource())) {
            throw new OAuthRefusal(400, "invalid_target", "resource is not the one that was authorized");
        }
        String verifier = parameters.required("code_verifier");
        boolean proven = authorization
                .challenge()
                .filter(challenge -> new CodeChallenge(CodeChallenge.Method.S256, challenge).isOf(verifier))
                .isPresent();
        if (!proven) {
            throw OAuthRefusal.invalidGrant("PKCE verification failed");
        }
        if (user.row().hasNonNull("deleted_at")) {
            throw OAuthRefusal.invalidGrant(UNKNOWN);
        }
    }

    private Reply redeemed(
            Connection connection, AuthRequest request, Client client, Authorization authorization, User user)
            throws SQLException {
        Tokens tokens = parts.signIns()
                .begin(
                        connection,
                        user.id(),
                        new Delegation(
                                client.id(),
                                authorization.scopes().text(),
                                authorization.resource(),
                                authorization.authenticatedAt()),
                        Parts.client(request));
        Authorizations.redeem(connection, authorization.id(), tokens.session(), parts.now());
        note(
                connection,
                request,
                Audit.Action.LOGIN,
                user,
                traits(authorization).put("provider_type", "oauth_provider_authorization_code"));
        ObjectNode json = ClientTokens.json(tokens, client, authorization.scopes());
        if (authorization.scopes().has(Scopes.OPENID)) {
            json.put(
                    "id_token",
                    idToken.of(
                            user,
                            client,
                            authorization.scopes(),
                            authorization.authenticatedAt(),
                            authorization.nonce()));
        }
        return Reply.ok(json);
    }

    private void note(Connection connection, AuthRequest request, Audit.Action action, User user, ObjectNode traits)
            throws SQLException {
        Audit.note(connection, action, user, traits, request.clientAddress(), parts.now());
    }

    private static ObjectNode traits(Authorization authorization) {
        return StrictJson.newObject().put("client_id", authorization.client().toString());
    }
}
