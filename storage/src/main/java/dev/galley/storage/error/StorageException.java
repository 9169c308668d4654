package dev.galley.storage.error;

/** Carries a {@link StorageError} to where it is answered. Has no stack trace: it is an answer, not a fault. */
public final class StorageException extends RuntimeException {
    private final transient StorageError error;

    StorageException(StorageError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    public StorageError error() {
        return error;
    }
}
