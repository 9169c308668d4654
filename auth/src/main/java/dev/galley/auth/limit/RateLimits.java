package dev.galley.auth.limit;

import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.limit.RateSettings.Rate;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.Sql;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Counts attempts in the database, so that all nodes count together: the generic cell rate algorithm (GCRA), one statement an
 * attempt. Each attempt moves the key's next turn one interval further; it may lie {@code number} intervals ahead.
 * Committed at once and by itself: an attempt counts also when what it was for is rolled back.
 */
public final class RateLimits {
    private static final String TAKE = """
            insert into galley.rate_limits as known (key, next_turn)
            values (?, ?::timestamptz + make_interval(secs => ?))
            on conflict (key) do update
              set next_turn = greatest(known.next_turn, excluded.next_turn - make_interval(secs => ?)) + make_interval(secs => ?)
              where greatest(known.next_turn, excluded.next_turn - make_interval(secs => ?)) + make_interval(secs => ?)
                <= ?::timestamptz + make_interval(secs => ?)
            returning true
            """;
    private static final int V6_BYTES = 16;
    private static final int LONGEST_ADDRESS = 64;
    private static final String LOOK = "select next_turn from galley.rate_limits where key = ?";

    private final PlatformDatabase database;
    private final Clock clock;

    public RateLimits(PlatformDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Takes a turn.
     *
     * @param what is limited, such as {@code verify}
     * @param whose an address, an account; kept as a digest only
     * @return nothing when there was one, else how long to wait for the next
     */
    public Optional<Duration> take(String what, String whose, Rate rate) throws SQLException {
        if (rate.number() == 0) {
            return Optional.empty();
        }
        try (var connection = database.connection()) {
            return take(connection, what, whose, rate);
        }
    }

    /**
     * The same in the caller's transaction: for what is used up only when that commits. A second connection there would let
     * as many requests as there are connections wait for each other.
     */
    public Optional<Duration> take(java.sql.Connection connection, String what, String whose, Rate rate)
            throws SQLException {
        if (rate.number() == 0) {
            return Optional.empty();
        }
        String key = key(what, whose);
        double interval = interval(rate);
        Instant now = clock.instant();
        double burst = rate.period().toMillis() / 1000.0;
        boolean taken = Sql.of(TAKE, key, now, interval, interval, interval, interval, interval, now, burst)
                .exists(connection);
        return taken ? Optional.empty() : Optional.of(wait(connection, key, rate, now));
    }

    /** What was taken in advance and turned out not to count. */
    public void giveBack(String what, String whose, Rate rate) throws SQLException {
        if (rate.number() == 0) {
            return;
        }
        try (var connection = database.connection()) {
            Sql.of(
                            "update galley.rate_limits set next_turn = next_turn - make_interval(secs => ?) where key = ?",
                            interval(rate),
                            key(what, whose))
                    .update(connection);
        }
    }

    /** How long to wait until {@link #take} would succeed; nothing when it would now. Takes no turn. */
    public Optional<Duration> look(String what, String whose, Rate rate) throws SQLException {
        if (rate.number() == 0) {
            return Optional.empty();
        }
        try (var connection = database.connection()) {
            Duration wait = wait(connection, key(what, whose), rate, clock.instant());
            return wait.isPositive() ? Optional.of(wait) : Optional.empty();
        }
    }

    /** Gives all turns back: whoever asked has shown that they did not guess. */
    public void clear(String what, String whose) throws SQLException {
        try (var connection = database.connection()) {
            Sql.of("delete from galley.rate_limits where key = ?", key(what, whose))
                    .update(connection);
        }
    }

    /** Refuses with 429 when there is no turn. */
    public void require(String what, String whose, Rate rate) throws SQLException {
        Optional<Duration> wait = take(what, whose, rate);
        if (wait.isPresent()) {
            throw AuthError.tooOften(ErrorCode.OVER_REQUEST_RATE_LIMIT, "Request rate limit reached", wait.get())
                    .with(new AuthError.Policy(what, rate.number(), rate.period()))
                    .thrown();
        }
    }

    /** Removes rows that say nothing any more; returns how many that were. */
    public int sweep(int most) throws SQLException {
        try (var connection = database.connection()) {
            return Sql.of("""
                            delete from galley.rate_limits where ctid = any (array(
                              select ctid from galley.rate_limits where next_turn < ? limit ? for update skip locked))
                            """, clock.instant(), most).update(connection);
        }
    }

    private static Duration wait(java.sql.Connection connection, String key, Rate rate, Instant now)
            throws SQLException {
        Instant next = Sql.of(LOOK, key)
                .one(connection, row -> row.getTimestamp(1).toInstant())
                .orElse(now);
        Duration interval = Duration.ofMillis(Math.round(interval(rate) * 1000));
        Duration wait = Duration.between(now.plus(rate.period()), next.plus(interval));
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /** Seconds per turn. */
    private static double interval(Rate rate) {
        return rate.period().toMillis() / 1000.0 / rate.number();
    }

    /** Whoever has one address of IPv6 has the other 2^64 of its network too; other texts as they are. */
    public static String network(String whose) {
        if (whose.indexOf(':') < 0 || whose.length() > LONGEST_ADDRESS) {
            return whose;
        }
        try {
            byte[] address = InetAddress.ofLiteral(whose).getAddress();
            return address.length == V6_BYTES
                    ? HexFormat.of().formatHex(address, 0, V6_BYTES / 2) + "/64"
                    : InetAddress.getByAddress(address).getHostAddress();
        } catch (IllegalArgumentException | UnknownHostException noAddress) {
            return whose;
        }
    }

    private static String key(String what, String whose) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(network(whose).getBytes(StandardCharsets.UTF_8));
            return what + ':' + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
