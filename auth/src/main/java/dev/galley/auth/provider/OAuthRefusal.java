package dev.galley.auth.provider;

import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.identity.StrictJson;
import java.util.Map;
import java.util.Optional;

/** A refusal in the words of OAuth (RFC 6749, 5.2). Carried out of a transaction it rolls that back. */
final class OAuthRefusal extends RuntimeException {
    private final int status;
    private final String code;

    OAuthRefusal(int status, String code, String description) {
        super(description, null, false, false);
        this.status = status;
        this.code = code;
    }

    static OAuthRefusal invalidRequest(String description) {
        return new OAuthRefusal(400, "invalid_request", description);
    }

    static OAuthRefusal invalidGrant(String description) {
        return new OAuthRefusal(400, "invalid_grant", description);
    }

    static OAuthRefusal invalidScope(String description) {
        return new OAuthRefusal(400, "invalid_scope", description);
    }

    String code() {
        return code;
    }

    String description() {
        return String.valueOf(getMessage());
    }

    Reply reply() {
        return new Reply(
                status,
                Map.of(),
                Optional.of(StrictJson.newObject().put("error", code).put("error_description", description())));
    }

    /** What the rest of the service refuses, to a client that knows OAuth only. */
    static Reply reply(AuthError error) {
        String code = switch (error.status()) {
            case 429 -> "temporarily_unavailable";
            case 500, 503, 504 -> "server_error";
            default -> "invalid_request";
        };
        Reply reply = new OAuthRefusal(error.status(), code, error.message()).reply();
        return error.retryAfter()
                .map(wait -> reply.with("Retry-After", Long.toString(Math.max(1, wait.toSeconds()))))
                .orElse(reply);
    }
}
