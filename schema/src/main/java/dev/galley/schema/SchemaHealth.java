package dev.galley.schema;

import java.time.Instant;
import java.util.Optional;

/**
 * How the schema model is doing.
 *
 * @param version of the model in use; 0 before the first
 * @param loadedAt when it was read
 * @param announced whether changes are announced by the database, rather than looked for now and then
 * @param lastError why the newest attempt to read the catalog or to listen failed; empty when it did not
 */
public record SchemaHealth(long version, Optional<Instant> loadedAt, boolean announced, Optional<String> lastError) {

    /** Whether there is a model to answer from, maybe not the newest. */
    public boolean usable() {
        return loadedAt.isPresent();
    }
}
