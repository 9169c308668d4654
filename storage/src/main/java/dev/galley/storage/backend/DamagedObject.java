package dev.galley.storage.backend;

import java.io.IOException;

/** The bytes are not those that were written. */
public final class DamagedObject extends IOException {
    public DamagedObject(String version, String what) {
        super("the bytes of version " + version + " are damaged: " + what);
    }
}
