package dev.galley.auth.error;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Why a request is refused.
 *
 * @param status of HTTP
 * @param message for people; holds nothing of other users and no internals
 * @param weakPassword why a password is refused ({@code length}, {@code characters}, {@code pwned}); empty for other errors
 * @param retryAfter when it may be tried again
 * @param refused who is not let in, though they have shown who they are: it is noted
 */
public record AuthError(
        int status,
        ErrorCode code,
        String message,
        List<String> weakPassword,
        Optional<Duration> retryAfter,
        Optional<Policy> policy,
        Optional<UUID> refused) {
    /** The limit that was reached: so many in a time. */
    public record Policy(String name, int quota, Duration window) {}

    public AuthError(
            int status, ErrorCode code, String message, List<String> weakPassword, Optional<Duration> retryAfter) {
        this(status, code, message, weakPassword, retryAfter, Optional.empty(), Optional.empty());
    }

    public AuthError with(Policy reached) {
        return new AuthError(status, code, message, weakPassword, retryAfter, Optional.of(reached), refused);
    }

    public static AuthError of(int status, ErrorCode code, String message) {
        return new AuthError(status, code, message, List.of(), Optional.empty());
    }

    /** The user may not sign in. */
    public static AuthError banned(int status, UUID user) {
        return new AuthError(
                status,
                ErrorCode.USER_BANNED,
                "User is banned",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(user));
    }

    /** The request itself is wrong: a field is missing or not what it must be. */
    public static AuthError invalid(String message) {
        return of(400, ErrorCode.VALIDATION_FAILED, message);
    }

    /** Too often; {@code code} says what. */
    public static AuthError tooOften(ErrorCode code, String message, Duration retryAfter) {
        return new AuthError(429, code, message, List.of(), Optional.of(retryAfter));
    }

    /** To be thrown: whatever transaction is open is rolled back. */
    public AuthException thrown() {
        return new AuthException(this);
    }
}
