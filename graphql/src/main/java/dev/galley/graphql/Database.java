package dev.galley.graphql;

import dev.galley.postgres.idempotency.IdempotencySettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What requests are told of the database, the same as on every other way to it.
 *
 * @param schemas that are shown
 * @param extraSearchPath schemas whose types and functions may be used besides
 * @param settings of every transaction, by name: {@code app.settings.*}
 * @param preRequest a function to call before everything else
 * @param idempotency how answers to mutations with a key are kept
 */
public record Database(
        List<String> schemas,
        List<String> extraSearchPath,
        Map<String, String> settings,
        Optional<String> preRequest,
        IdempotencySettings idempotency) {}
