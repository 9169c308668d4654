package dev.galley.postgres;

import org.jspecify.annotations.Nullable;

/** A PostgreSQL cannot be started, reached or used. The message is for the user: what is wrong and what to do. */
public class PostgresException extends RuntimeException {
    public PostgresException(String message) {
        super(message);
    }

    public PostgresException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
