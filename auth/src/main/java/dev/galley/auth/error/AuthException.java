package dev.galley.auth.error;

/** Carries an {@link AuthError} out of a transaction, which is rolled back by it. Has no stack trace: it is an answer, not a fault. */
public final class AuthException extends RuntimeException {
    private final AuthError error;

    AuthException(AuthError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    public AuthError error() {
        return error;
    }
}
