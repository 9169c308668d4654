package dev.galley.postgres;

import java.util.OptionalInt;

/** Carries a {@link DatabaseFailure} through a future or a call stack. */
public final class DatabaseException extends RuntimeException {
    private static final int NO_STEP = -1;

    private final transient DatabaseFailure failure;
    private final int step;

    public DatabaseException(DatabaseFailure failure) {
        this(failure, NO_STEP);
    }

    /** @param step the number of the step that was refused, counted from 0 over the whole transaction; negative for none */
    public DatabaseException(DatabaseFailure failure, int step) {
        super(failure.toString(), null, false, false);
        this.failure = failure;
        this.step = step;
    }

    public DatabaseFailure failure() {
        return failure;
    }

    /** Which step was refused; empty when it was none of them, but for example the commit. */
    public OptionalInt step() {
        return step < 0 ? OptionalInt.empty() : OptionalInt.of(step);
    }
}
