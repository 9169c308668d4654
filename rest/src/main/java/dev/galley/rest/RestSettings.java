package dev.galley.rest;

import dev.galley.postgres.idempotency.IdempotencySettings;
import dev.galley.query.CostSettings;
import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the REST service.
 *
 * @param schemas those that requests may reach; the first is the one without a profile header
 * @param database what transactions are told beside the request
 * @param filterlessWrites whether an update or delete may leave its filter out
 * @param plans whether a request may ask for its execution plan
 * @param maxResponse bytes of one answer
 * @param transactions those of several steps
 * @param timeout the longest time from a request to its answer
 */
public record RestSettings(
        List<String> schemas,
        List<String> extraSearchPath,
        TransactionEnd transactionEnd,
        boolean filterlessWrites,
        boolean legacyTargetNames,
        boolean verboseErrors,
        boolean serverTiming,
        boolean plans,
        DatabaseSettings database,
        OpenApiSettings openApi,
        boolean etags,
        int maxDepth,
        int maxTerms,
        int maxJsonDepth,
        int largeBody,
        int maxResponse,
        Duration timeout,
        TxSettings transactions,
        IdempotencySettings idempotency,
        CostSettings cost,
        CacheSettings cache) {

    /** How transactions end, and whether {@code Prefer: tx=...} may say otherwise. */
    public enum TransactionEnd {
        COMMIT,
        COMMIT_ALLOW_OVERRIDE,
        ROLLBACK,
        ROLLBACK_ALLOW_OVERRIDE;

        boolean rollsBack() {
            return this == ROLLBACK || this == ROLLBACK_ALLOW_OVERRIDE;
        }

        boolean mayBeOverridden() {
            return this == COMMIT_ALLOW_OVERRIDE || this == ROLLBACK_ALLOW_OVERRIDE;
        }
    }

    public RestSettings {
        if (schemas.isEmpty()) throw new SettingsException("api.schemas must name at least one schema");
    }

    public static RestSettings from(SettingsReader settings) {
        return new RestSettings(
                settings.list(
                        "api.schemas",
                        List.of("public", "graphql_public"),
                        "Schemas that the API shows. The first is the default one."),
                settings.list(
                        "api.extra-search-path",
                        List.of("public", "extensions"),
                        "Schemas whose types and functions requests may use without their being shown."),
                settings.choice(
                        "rest.tx-end",
                        TransactionEnd.COMMIT,
                        "How a request's transaction ends, and whether \"Prefer: tx=rollback\" or \"tx=commit\" may say otherwise."),
                settings.flag(
                        "rest.filterless-writes",
                        false,
                        "Whether PATCH and DELETE may come without a filter and so touch every row."),
                settings.flag(
                        "rest.legacy-target-names",
                        true,
                        "Whether filters may name an embed by its relation although it has an alias."),
                settings.flag(
                        "rest.verbose-errors",
                        true,
                        "Whether errors tell details and a hint; without, only a code and a message."),
                settings.flag("rest.server-timing", false, "Whether answers have the header Server-Timing."),
                settings.flag(
                        "rest.plan-enabled",
                        false,
                        "Whether a request may ask for its execution plan with Accept: application/vnd.pgrst.plan."),
                DatabaseSettings.from(settings),
                OpenApiSettings.from(settings),
                settings.flag(
                        "rest.etags",
                        true,
                        "Whether answers with rows have the header ETag, so that a client can ask if they changed."),
                settings.integer(
                        "rest.max-depth",
                        20,
                        1,
                        100,
                        "How deep the brackets of select and or=(...) may nest; see query.max-depth for embeds."),
                settings.integer(
                        "rest.max-terms",
                        1000,
                        1,
                        100_000,
                        "Selected items in one request at most, and conditions at most."),
                settings.integer("rest.max-json-depth", 200, 1, 1000, "How deep the JSON of a body may nest."),
                Math.toIntExact(Math.min(
                        settings.bytes(
                                "rest.large-body",
                                128 << 10,
                                "Bodies from this size on are checked on a thread beside, so that they hold nobody up."),
                        Integer.MAX_VALUE)),
                Math.toIntExact(Math.min(
                        settings.bytes(
                                "rest.max-response",
                                64 << 20,
                                "The largest answer; a request for more is refused rather than cut."),
                        Integer.MAX_VALUE - 16)),
                settings.duration(
                        "rest.timeout",
                        Duration.ofSeconds(60),
                        "The longest time from a request to its answer; then the work is cancelled."),
                TxSettings.from(settings),
                IdempotencySettings.from(settings),
                CostSettings.from(settings),
                CacheSettings.from(settings));
    }
}
