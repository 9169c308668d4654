package dev.galley.postgres;

/** Carries a {@link DatabaseFailure} through a future or a call stack. */
public final class DatabaseException extends RuntimeException {
    private final transient DatabaseFailure failure;

    public DatabaseException(DatabaseFailure failure) {
        super(failure.toString(), null, false, false);
        this.failure = failure;
    }

    public DatabaseFailure failure() {
        return failure;
    }
}
