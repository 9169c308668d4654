package dev.galley.auth.flow;

import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.limit.RateLimits;
import dev.galley.auth.limit.RateSettings.Rate;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * How often messages may be sent by one channel: all of the project together, and to one address.
 *
 * @param channel as the counters name it
 * @param what as errors name it
 */
record Throttle(RateLimits limits, String channel, String what, Rate quota, ErrorCode code) {
    private static final String PROJECT = "project";

    /** Takes one of the project's messages, in the caller's transaction. */
    void requireQuota(Connection connection) throws SQLException {
        refuse(limits.take(connection, channel, PROJECT, quota));
    }

    /** Whether the project has one left; takes none. */
    void requireOpen() throws SQLException {
        refuse(limits.look(channel, PROJECT, quota));
    }

    void requireInterval(Optional<Duration> wait) {
        if (wait.isPresent()) {
            long seconds = Math.max(1, wait.get().toSeconds());
            throw AuthError.tooOften(
                            code,
                            "For security purposes, you can only request this after " + seconds + " seconds.",
                            wait.get())
                    .thrown();
        }
    }

    static Rate once(Duration interval) {
        return new Rate(interval.isZero() ? 0 : 1, interval);
    }

    private void refuse(Optional<Duration> wait) {
        if (wait.isPresent()) {
            throw AuthError.tooOften(code, what + " rate limit exceeded", wait.get())
                    .thrown();
        }
    }
}
