package dev.galley.auth.provider;

import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.token.Tokens;
import dev.galley.identity.StrictJson;
import java.sql.SQLException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /oauth/token}: a client's code or refresh token, for tokens. */
final class ClientTokens implements ClientEndpoint.Work {
    static final List<String> KNOWN = List.of(
            "grant_type",
            "code",
            "refresh_token",
            "redirect_uri",
            "client_id",
            "client_secret",
            "code_verifier",
            "resource",
            "scope");

    private final ClientAuthentication authentication;
    private final CodeGrant codes;
    private final RefreshTokenGrant refreshes;

    ClientTokens(Parts parts, CodeGrant codes, RefreshTokenGrant refreshes) {
        this.authentication = new ClientAuthentication(parts);
        this.codes = codes;
        this.refreshes = refreshes;
    }

    @Override
    public Reply answer(AuthRequest request, Parameters parameters) throws SQLException {
        String grantType = parameters.required("grant_type");
        Client client = authentication.client(request, parameters);
        if (!Client.GRANT_TYPES.contains(grantType)) {
            throw new OAuthRefusal(
                    400, "unsupported_grant_type", "grant_type must be authorization_code or refresh_token");
        }
        if (!client.mayUse(grantType)) {
            throw new OAuthRefusal(400, "unauthorized_client", "The client may not use this grant_type");
        }
        return grantType.equals(Client.CODE)
                ? codes.answer(request, client, parameters)
                : refreshes.answer(request, client, parameters);
    }

    /** What a client gets; who the user is it has to ask, or to read in the ID token. */
    static ObjectNode json(Tokens tokens, Client client, Scopes scopes) {
        ObjectNode json = StrictJson.newObject();
        json.put("access_token", tokens.accessToken());
        json.put("token_type", "bearer");
        json.put("expires_in", tokens.expiresIn());
        if (client.mayUse(Client.REFRESH)) {
            json.put("refresh_token", tokens.refreshToken());
        }
        json.put("scope", scopes.text());
        return json;
    }
}
