package dev.galley.auth.mfa;

import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.error.AuthError;

/** The code in a request. */
final class Codes {
    private Codes() {}

    static String required(JsonBody body) {
        return body.text("code")
                .orElseThrow(
                        () -> AuthError.invalid("Code needs to be non-empty").thrown());
    }
}
