package dev.galley.auth.token;

import dev.galley.auth.account.User;
import dev.galley.auth.account.UserJson;
import dev.galley.identity.StrictJson;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client gets when its user has signed in or a session was refreshed.
 *
 * @param expiresIn life of the access token, in seconds
 * @param expiresAt its end, in seconds since the epoch
 */
public record Tokens(
        String accessToken,
        long expiresIn,
        long expiresAt,
        String refreshToken,
        UUID session,
        long counter,
        User user) {

    public ObjectNode json() {
        ObjectNode json = StrictJson.newObject();
        json.put("access_token", accessToken);
        json.put("token_type", "bearer");
        json.put("expires_in", expiresIn);
        json.put("expires_at", expiresAt);
        json.put("refresh_token", refreshToken);
        json.set("user", UserJson.of(user));
        return json;
    }

    /** Never prints a token. */
    @Override
    public String toString() {
        return "Tokens[session=" + session + "]";
    }
}
