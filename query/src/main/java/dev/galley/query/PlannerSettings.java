package dev.galley.query;

import dev.galley.settings.SettingsReader;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The limits of a query and what is added to each.
 *
 * @param maxRows the most rows of one level of an answer; empty for no cap
 * @param maxDepth how deep embeds may nest
 * @param maxFilterTerms conditions and logical operators in one query
 * @param maxSelectItems columns and embeds named in one query
 * @param planCacheSize the number of remembered plans
 * @param boundedRows up to how many rows a read in key order counts as small work
 * @param maxInsertLevels relations, counted once for each place in the body, that one insert may write to
 * @param preRequest a function, {@code schema.name} or a name on the search path, that is called before each query, in its transaction
 */
public record PlannerSettings(
        OptionalLong maxRows,
        int maxDepth,
        int maxFilterTerms,
        int maxSelectItems,
        boolean aggregates,
        int planCacheSize,
        int boundedRows,
        int maxInsertLevels,
        Optional<String> preRequest) {

    public static PlannerSettings from(SettingsReader settings) {
        int maxRows = settings.integer(
                "query.max-rows",
                1000,
                0,
                Integer.MAX_VALUE,
                "The most rows that one answer, or one embed in it, may have; 0 for no cap.");
        return new PlannerSettings(
                maxRows == 0 ? OptionalLong.empty() : OptionalLong.of(maxRows),
                settings.integer("query.max-depth", 7, 0, 50, "How deep embedded relations may be nested."),
                settings.integer(
                        "query.max-filter-terms",
                        500,
                        1,
                        100_000,
                        "The most filter conditions that one request may have."),
                settings.integer(
                        "query.max-select-items",
                        500,
                        1,
                        100_000,
                        "The most columns and embedded relations that one request may name."),
                settings.flag(
                        "query.aggregates", false, "Whether sum(), avg(), count(), min() and max() may be selected."),
                settings.integer(
                        "query.plan-cache-size",
                        5000,
                        1,
                        1_000_000,
                        "The number of query shapes remembered, of 1 KiB of SQL each: long ones count as several."),
                settings.integer(
                        "query.bounded-rows",
                        100,
                        0,
                        10_000,
                        "Up to how many rows a read in key order may share a connection with other requests."),
                settings.integer(
                        "query.max-insert-levels",
                        20,
                        1,
                        1000,
                        "The most kinds of rows in one insert: its own, and each kind of related rows inside them."),
                settings.optionalText(
                        "query.pre-request",
                        "A function, as schema.name or on the search path, that is called before every query in its transaction."));
    }
}
