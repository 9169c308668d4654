package dev.galley.auth.cleanup;

import dev.galley.settings.SettingsReader;
import java.time.Duration;

/**
 * When and how much is removed.
 *
 * @param batch rows removed in one transaction
 */
public record CleanUpSettings(Duration interval, int batch, Duration sessions, Duration unfinished, Duration messages) {
    public static CleanUpSettings from(SettingsReader reader) {
        return new CleanUpSettings(
                reader.duration(
                        "auth.clean-up.interval",
                        Duration.ofMinutes(5),
                        "Time between two removals of what has expired in sign-in; 0s: nothing is removed."),
                reader.integer("auth.clean-up.batch", 500, 1, 100_000, "Rows removed in one transaction."),
                reader.duration(
                        "auth.clean-up.keep-sessions",
                        Duration.ofDays(1),
                        "How long a session is kept after its end (auth.sessions.timebox, .inactivity-timeout)."),
                reader.duration(
                        "auth.clean-up.keep-unfinished",
                        Duration.ofDays(1),
                        "How long codes, links, challenges and sign-ins that nobody finished are kept after they expired."),
                reader.duration(
                        "auth.clean-up.keep-messages",
                        Duration.ofDays(7),
                        "How long messages that could not be sent are kept."));
    }
}
