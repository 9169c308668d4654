package dev.galley.rest;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.time.Duration;

/**
 * The limits of {@code POST /rest/v1/tx}.
 *
 * @param path the name behind the prefix of the service; empty turns it off
 * @param maxBody bytes of a request, and of all its values together once results are put in
 * @param maxRows rows that all steps together may answer
 */
public record TxSettings(String path, int maxSteps, int maxBody, int maxRows, Duration timeout) {
    public static final TxSettings DEFAULT = new TxSettings("tx", 50, 4 << 20, 10_000, Duration.ofSeconds(15));

    public TxSettings {
        if (!path.matches("[a-z0-9_-]*")) {
            throw new SettingsException("rest.tx-path must be a name of small letters, digits, - and _, or empty");
        }
    }

    boolean on() {
        return !path.isEmpty();
    }

    static TxSettings from(SettingsReader settings) {
        return new TxSettings(
                settings.text(
                        "rest.tx-path",
                        DEFAULT.path,
                        "Name under /rest/v1 that takes several steps in one transaction; a relation of this name comes first. Empty: off."),
                settings.integer("rest.tx-max-steps", DEFAULT.maxSteps, 1, 1000, "Steps of one transaction."),
                Math.toIntExact(Math.min(
                        settings.bytes(
                                "rest.tx-max-body",
                                DEFAULT.maxBody,
                                "The largest request of several steps; also all its values together, with the results that they refer to put in."),
                        1 << 30)),
                settings.integer(
                        "rest.tx-max-rows",
                        DEFAULT.maxRows,
                        1,
                        10_000_000,
                        "Rows that all steps of a transaction together may answer."),
                settings.duration(
                        "rest.tx-timeout",
                        DEFAULT.timeout,
                        "The longest time for all steps of a transaction together; then they are undone."));
    }
}
