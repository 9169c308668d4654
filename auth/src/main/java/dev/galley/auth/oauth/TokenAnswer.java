package dev.galley.auth.oauth;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What a provider gives for a code. */
record TokenAnswer(String accessToken, Optional<String> refreshToken, Optional<String> idToken, ObjectNode whole) {

    static TokenAnswer of(ObjectNode answer) throws ProviderFailure {
        String accessToken = answer.path("access_token").asString("");
        if (accessToken.isEmpty() || accessToken.indexOf('\0') >= 0) {
            throw new ProviderFailure("it gives no access token for the code");
        }
        return new TokenAnswer(accessToken, text(answer, "refresh_token"), text(answer, "id_token"), answer);
    }

    private static Optional<String> text(ObjectNode answer, String field) {
        return answer.path(field).stringValueOpt().filter(text -> !text.isEmpty() && text.indexOf('\0') < 0);
    }

    /** Never prints a token. */
    @Override
    public String toString() {
        return "TokenAnswer";
    }
}
