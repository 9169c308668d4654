package dev.galley.rest;

import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The settings of the cache of answers.
 *
 * @param relations whose reads may be answered from it, as {@code schema.name}, besides those whose comment says {@code @cache}
 * @param functions that policies of such relations may call, since they look at the caller's claims and at tables only
 * @param quiet how long nothing must have changed before an answer is kept
 */
record CacheSettings(
        Set<String> relations, long bytes, int entries, Duration keep, Duration quiet, List<String> functions) {
    static final CacheSettings NONE =
            new CacheSettings(Set.of(), 1 << 20, 1, Duration.ofMinutes(1), Duration.ofSeconds(1), List.of());

    static CacheSettings from(SettingsReader settings) {
        return new CacheSettings(
                Set.copyOf(
                        settings.list(
                                "rest.cache-relations",
                                List.of(),
                                "Tables, as schema.name, whose reads may be answered from memory while nothing in the database has changed; also those with @cache in their comment.")),
                settings.bytes("rest.cache-size", 32 << 20, "The memory for answers that are kept."),
                settings.integer("rest.cache-entries", 10_000, 1, 10_000_000, "The most answers that are kept."),
                settings.duration(
                        "rest.cache-keep",
                        Duration.ofMinutes(10),
                        "How long an answer is kept at most, whether or not something changes."),
                settings.duration(
                        "rest.cache-quiet",
                        Duration.ofSeconds(1),
                        "How long nothing in the database must have changed before an answer is kept."),
                settings.list(
                        "rest.cache-functions",
                        List.of("auth.uid", "auth.role", "auth.jwt", "auth.email"),
                        "Functions, as schema.name, that policies of cached tables may call: what they return depends on the caller's claims and on tables only. With any other that is not PostgreSQL's own and IMMUTABLE nothing is kept."));
    }
}
