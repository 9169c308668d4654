package dev.galley.postgres.wire;

import java.time.Duration;
import java.util.Optional;

/** Unusual settings for tests. */
final class SettingsFor {
    private SettingsFor() {}

    static WireSettings longestMessage(int bytes) {
        return with(40, 2, Duration.ofMillis(100), 1000, true, bytes);
    }

    static WireSettings connections(int connections, int express) {
        return with(connections, express, Duration.ofMillis(100), 1000, true, 64 << 20);
    }

    static WireSettings queue(int connections, int queue) {
        return with(connections, 0, Duration.ofMillis(100), queue, true, 64 << 20);
    }

    /** Nothing is too slow for the express lane on a busy machine but what is meant to be. */
    static WireSettings patientExpress() {
        return with(40, 2, Duration.ofSeconds(1), 1000, true, 64 << 20);
    }

    static WireSettings unnamedStatements() {
        return with(4, 2, Duration.ofMillis(100), 1000, false, 64 << 20);
    }

    private static WireSettings with(
            int connections, int express, Duration expressTimeout, int queue, boolean named, int longest) {
        return with(connections, express, expressTimeout, queue, named, longest, Optional.empty());
    }

    static WireSettings rootCertificate(Optional<String> file) {
        return with(3, 0, Duration.ofMillis(100), 1000, true, 64 << 20, file);
    }

    private static WireSettings with(
            int connections,
            int express,
            Duration expressTimeout,
            int queue,
            boolean named,
            int longest,
            Optional<String> root) {
        return new WireSettings(
                connections,
                express,
                expressTimeout.dividedBy(2),
                expressTimeout,
                queue,
                WireSettings.DEFAULT.roleShare(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                named,
                64,
                longest,
                3,
                root);
    }
}
