package dev.galley.storage.backend;

import java.io.IOException;

/** The store has no bytes under the version. */
public final class MissingObject extends IOException {
    public MissingObject(String version) {
        super("no bytes under version " + version);
    }
}
