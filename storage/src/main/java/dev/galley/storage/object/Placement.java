package dev.galley.storage.object;

import java.util.Optional;

/**
 * Where new bytes are to go, and as whose.
 *
 * @param owner the user, if it is one
 * @param upsert whether they may take the place of others
 * @param userMetadata JSON
 */
public record Placement(
        String bucket, String key, Optional<String> owner, boolean upsert, Optional<String> userMetadata) {}
