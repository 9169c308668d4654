package dev.galley.query;

import dev.galley.postgres.RequestTransaction;
import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How much a request may cost, by the estimate of PostgreSQL's planner.
 *
 * @param max in the planner's units; 0 for no limit
 * @param exempt roles that are not held to it
 * @param memory how long an estimate counts for the same request
 */
public record CostSettings(int max, Set<String> exempt, Duration memory) {

    public static CostSettings from(SettingsReader settings) {
        return new CostSettings(
                settings.integer(
                        "query.max-cost",
                        0,
                        0,
                        Integer.MAX_VALUE,
                        "The highest cost, as PostgreSQL's planner estimates it, of what one request asks for; 0 for no limit."),
                Set.copyOf(settings.list(
                        "query.max-cost-exempt",
                        List.of("service_role"),
                        "Roles whose requests may cost more than query.max-cost.")),
                settings.duration(
                        "query.max-cost-memory",
                        Duration.ofSeconds(10),
                        "How long the estimate for query.max-cost counts for an equal request, without the database being asked again."));
    }

    /** The door with the limit in front; the door itself when there is none. */
    public RequestTransaction around(RequestTransaction transactions) {
        return max == 0 ? transactions : new CostLimit(transactions, this);
    }
}
