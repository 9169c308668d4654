package dev.galley.auth.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthMigrations;
import dev.galley.auth.limit.RateSettings.Rate;
import dev.galley.identity.IdentityMigrations;
import dev.galley.postgres.Migration;
import dev.galley.postgres.Migrations;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.PostgresSettings;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.settings.Settings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
    private static final Rate FIVE = new Rate(5, Duration.ofMinutes(5));
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final PlatformDatabase DATABASE = PlatformDatabase.open(
            TestPostgres.shared().createDatabase(),
            PostgresSettings.from(new Settings()).pool());

    @BeforeAll
    static void migrate() {
        List<Migration> all = new ArrayList<>(IdentityMigrations.all());
        all.addAll(AuthMigrations.all());
        new Migrations(DATABASE, all).run();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    /** A node of its own whose clock stands so many seconds after noon. */
    private static RateLimits after(long seconds) {
        return new RateLimits(DATABASE, Clock.fixed(NOON.plusSeconds(seconds), ZoneOffset.UTC));
    }

    @Test
    void soManyAtOnceAndThenOneEachInterval() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(after(0).take("a", "x", FIVE)).isEmpty();
        }
        assertThat(after(0).take("a", "x", FIVE)).contains(Duration.ofMinutes(1));
        assertThat(after(59).take("a", "x", FIVE)).contains(Duration.ofSeconds(1));
        assertThat(after(60).take("a", "x", FIVE)).isEmpty();
        assertThat(after(60).take("a", "x", FIVE)).isPresent();
        assertThat(after(100_000).look("a", "x", FIVE)).isEmpty();
    }

    @Test
    void onesTurnsAreNotAnothers() throws Exception {
        Rate one = new Rate(1, Duration.ofMinutes(1));
        assertThat(after(0).take("b", "x", one)).isEmpty();
        assertThat(after(0).take("b", "y", one)).isEmpty();
        assertThat(after(0).take("c", "x", one)).isEmpty();
        assertThat(after(0).take("b", "x", one)).isPresent();
        assertThat(after(0).take("b", "x", new Rate(0, Duration.ofMinutes(1)))).isEmpty();
    }

    @Test
    void aHundredAtOnceOnManyNodesGetNoMoreThanTheLimit() throws Exception {
        List<Callable<Optional<Duration>>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            calls.add(() -> after(0).take("race", "x", FIVE));
        }
        int taken = 0;
        try (var threads = Executors.newFixedThreadPool(10)) {
            for (var call : threads.invokeAll(calls)) {
                taken += call.get().isEmpty() ? 1 : 0;
            }
        }
        assertThat(taken).isEqualTo(5);
    }

    @Test
    void rowsThatSayNothingAreRemoved() throws Exception {
        after(0).take("old", "x", FIVE);
        assertThat(after(1_000_000).sweep(1_000)).isPositive();
        assertThat(after(1_000_000).sweep(1_000)).isZero();
    }
}
