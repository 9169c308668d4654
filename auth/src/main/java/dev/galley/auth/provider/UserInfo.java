package dev.galley.auth.provider;

import dev.galley.auth.account.Session;
import dev.galley.auth.account.User;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.flow.Callers.SignedIn;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.sql.SQLException;
import tools.jackson.databind.node.ObjectNode;

/** {@code /oauth/userinfo}: who the user is, as far as the scopes of the token go. */
final class UserInfo implements Endpoint {
    private final Parts parts;

    UserInfo(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        try {
            SignedIn caller = parts.transaction(connection -> parts.callers().signedInOrDelegate(connection, request));
            return Reply.ok(json(caller));
        } catch (AuthException refused) {
            // RFC 6750, 3.
            return new OAuthRefusal(401, "invalid_token", refused.error().message())
                    .reply()
                    .with("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        }
    }

    private static ObjectNode json(SignedIn caller) {
        User user = caller.user();
        Scopes granted = Scopes.of(caller.session().flatMap(Session::scopes).orElse(""));
        Scopes scopes = caller.claims().hasNonNull("scope")
                ? granted.onlyOf(Scopes.of(caller.claims().path("scope").asString("")))
                : granted;
        ObjectNode json = StrictJson.newObject().put("sub", user.id().toString());
        UserClaims.add(json, user, scopes);
        if (scopes.has(Scopes.PROFILE)) {
            json.set("user_metadata", user.userMetadata());
        }
        // The names that clients of this protocol read, beside the standard ones.
        if (scopes.has(Scopes.PHONE)) {
            user.phone().ifPresent(phone -> json.put("phone", phone));
            json.put("phone_verified", user.phone().isPresent() && user.phoneConfirmed());
        }
        return json;
    }
}
