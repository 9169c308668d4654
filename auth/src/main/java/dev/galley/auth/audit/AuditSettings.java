package dev.galley.auth.audit;

import dev.galley.settings.SettingsReader;
import java.time.Duration;

/**
 * How the audit log is kept.
 *
 * @param chainDelay from an event to its link in the chain
 * @param keep how long entries are kept; zero: for ever
 */
public record AuditSettings(Duration chainDelay, Duration keep) {
    public static AuditSettings from(SettingsReader reader) {
        return new AuditSettings(
                reader.duration(
                        "auth.audit.chain-delay",
                        Duration.ofSeconds(1),
                        "Time from an event to its link in the chain of the audit log: what happens meanwhile is chained at once."),
                reader.duration(
                        "auth.audit.keep", Duration.ZERO, "How long entries of the audit log are kept; 0s: for ever."));
    }
}
