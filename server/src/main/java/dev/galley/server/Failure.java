package dev.galley.server;

/** An expected end of a command: one line for the user, with a hint where there is one, and an exit code. */
final class Failure extends RuntimeException {
    private final int exitCode;

    Failure(String message) {
        this(message, 1);
    }

    Failure(String message, int exitCode) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
