package dev.galley.storage.edge;

import dev.galley.storage.error.StorageException;
import java.io.IOException;

/** Answers one kind of request, in blocking code on a virtual thread. */
@FunctionalInterface
public interface Endpoint {

    /** @throws StorageException when the request is refused */
    Reply answer(StorageRequest request) throws IOException;
}
