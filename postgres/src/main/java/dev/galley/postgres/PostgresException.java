package dev.galley.postgres;

import org.jspecify.annotations.Nullable;

/** A PostgreSQL cannot be started, reached or used. The message is for the user: what is wrong and what to do. */
public final class PostgresException extends RuntimeException {

    /** What went wrong, for code; the message is for people. */
    public enum Kind {
        /** Another program runs on this data directory. */
        IN_USE,
        /** The data directory belongs to another major version of PostgreSQL, or is none. */
        WRONG_DATA,
        /** The server's program does not start, or ends at once. */
        START_FAILED,
        /** A setting cannot be used. */
        BAD_SETTING,
        /** The address of a database is not well formed. */
        BAD_ADDRESS,
        /** Nobody answers at the address. */
        UNREACHABLE,
        /** The server refuses the login. */
        LOGIN_REFUSED,
        /** The server has no database of that name. */
        NO_DATABASE,
        /** The server's version is not supported. */
        TOO_OLD,
        /** A migration that was applied has changed since, or the database was migrated by a newer Galley. */
        MIGRATIONS_DIFFER,
        /** A migration failed; nothing of it was kept. */
        MIGRATION_FAILED
    }

    private final Kind kind;

    public PostgresException(Kind kind, String message) {
        this(kind, message, null);
    }

    public PostgresException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
