package dev.galley.postgres.idempotency;

import dev.galley.settings.SettingsReader;
import java.time.Duration;

/**
 * How answers are kept.
 *
 * @param keep how long
 * @param longestKey characters of a key
 * @param maxAnswer bytes of a body that is kept
 * @param sweepEvery how often old ones are looked for
 * @param sweepBatch how many are removed at a time
 */
public record IdempotencySettings(Duration keep, int longestKey, int maxAnswer, Duration sweepEvery, int sweepBatch) {

    public static final IdempotencySettings DEFAULT =
            new IdempotencySettings(Duration.ofHours(24), 255, 1 << 20, Duration.ofMinutes(5), 500);

    public static IdempotencySettings from(SettingsReader settings) {
        return new IdempotencySettings(
                settings.duration(
                        "idempotency.keep",
                        DEFAULT.keep,
                        "How long the answer to a write with an Idempotency-Key is kept and given again."),
                settings.integer(
                        "idempotency.longest-key", DEFAULT.longestKey, 16, 1024, "Characters of an Idempotency-Key."),
                Math.toIntExact(Math.min(
                        settings.bytes(
                                "idempotency.max-answer",
                                DEFAULT.maxAnswer,
                                "The largest body of an answer that is kept; a write with a larger one is refused and undone."),
                        64 << 20)),
                settings.duration(
                        "idempotency.sweep-interval", DEFAULT.sweepEvery, "How often old answers are looked for."),
                settings.integer(
                        "idempotency.sweep-batch",
                        DEFAULT.sweepBatch,
                        1,
                        100_000,
                        "Old answers that are removed in one transaction."));
    }
}
