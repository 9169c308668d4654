package dev.galley.live;

import dev.galley.settings.SettingsReader;
import java.time.Duration;

/**
 * The settings of row changes.
 *
 * @param publication whose tables can be heard of
 * @param maxRecordBytes of a change; a larger one is told without its large values
 * @param checkTimeout the longest time that the policies may take for a batch of changes
 * @param rulesAge after which policies and rights of a table are read anew though no change of them was told
 */
public record LiveSettings(String publication, int maxRecordBytes, Duration checkTimeout, Duration rulesAge) {

    public static LiveSettings from(SettingsReader in) {
        return new LiveSettings(
                in.text("live.publication", "supabase_realtime", "Publication whose tables clients can subscribe to."),
                Math.toIntExact(Math.min(
                        in.bytes(
                                "live.max-record",
                                1L << 20,
                                "Size of a changed row above which clients are told only its values of up to 64 bytes,"
                                        + " with Error 413."),
                        1L << 30)),
                in.duration(
                        "live.check-timeout",
                        Duration.ofSeconds(10),
                        "How long the policies of a table may take to decide who may see a batch of changes."),
                in.duration(
                        "live.rules-age",
                        Duration.ofSeconds(5),
                        "After which policies and column rights are read anew where the database does not tell of their"
                                + " change (roles and memberships; without event triggers all of them)."));
    }
}
