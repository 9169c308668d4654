package dev.galley.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.postgres.testkit.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MigrationsTest {
    private static final Migration ONE = new Migration("auth", 1, "users", "create table users (id int)");
    private static final Migration TWO =
            new Migration("auth", 2, "emails", "alter table users add email text; create index on users (email)");
    private static final Migration JOBS = new Migration("jobs", 1, "queue", "create table queue (id int)");

    private final TestPostgres postgres = TestPostgres.shared();
    private final DatabaseAddress address = postgres.createDatabase();
    private final PlatformDatabase database =
            PlatformDatabase.open(address, new PostgresSettings.Pool(4, Duration.ofSeconds(5), Duration.ofMinutes(1)));

    @AfterEach
    void close() {
        database.close();
    }

    private List<Migration> run(Migration... wanted) {
        return new Migrations(database, List.of(wanted)).run();
    }

    @Test
    void appliesWhatIsMissingOnceAndInOrder() {
        assertThat(run(TWO, ONE)).containsExactly(ONE, TWO);
        assertThat(run(ONE, TWO)).isEmpty();
        assertThat(run(ONE, TWO, JOBS)).containsExactly(JOBS);
        assertThat(postgres.query(address, "select module || version || name from galley.migrations order by 1"))
                .containsExactly("auth1users", "auth2emails", "jobs1queue");
    }

    @Test
    void aFailureInTheMiddleLeavesNothing() {
        Migration broken = new Migration("auth", 2, "broken", "create table half (id int); select no_such_function()");
        assertThatThrownBy(() -> run(ONE, broken))
                .isInstanceOfSatisfying(
                        PostgresException.class,
                        e -> assertThat(e.kind()).isEqualTo(PostgresException.Kind.MIGRATION_FAILED))
                .hasMessageContaining("auth 2 (broken)")
                .hasMessageContaining("no_such_function");
        assertThat(postgres.query(address, "select relname from pg_class where relname in ('users', 'half')"))
                .isEmpty();
        assertThat(postgres.query(address, "select count(*) from galley.migrations"))
                .containsExactly("0");
        assertThat(run(ONE, TWO)).containsExactly(ONE, TWO);
    }

    @Test
    void nodesThatStartAtOnceApplyEverythingOnce() throws Exception {
        int nodes = 6;
        CyclicBarrier together = new CyclicBarrier(nodes);
        Callable<List<Migration>> node = () -> {
            try (PlatformDatabase own = PlatformDatabase.open(
                    address, new PostgresSettings.Pool(2, Duration.ofSeconds(10), Duration.ofMinutes(1)))) {
                together.await();
                return new Migrations(own, List.of(ONE, TWO, JOBS)).run();
            }
        };
        List<Migration> applied = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<Migration>> each : threads.invokeAll(java.util.Collections.nCopies(nodes, node))) {
                applied.addAll(each.get());
            }
        }
        assertThat(applied).containsExactly(ONE, TWO, JOBS);
    }

    @Test
    void aChangedMigrationIsRefused() {
        run(ONE);
        Migration changed = new Migration("auth", 1, "users", "create table users (id bigint)");
        assertThatThrownBy(() -> run(changed, TWO))
                .isInstanceOfSatisfying(
                        PostgresException.class,
                        e -> assertThat(e.kind()).isEqualTo(PostgresException.Kind.MIGRATIONS_DIFFER))
                .hasMessageContaining("auth 1 (users)");
        assertThat(postgres.query(address, "select count(*) from galley.migrations"))
                .containsExactly("1");
    }

    @Test
    void aDatabaseOfANewerProgramIsRefused() {
        run(ONE, TWO);
        assertThatThrownBy(() -> run(ONE))
                .isInstanceOfSatisfying(
                        PostgresException.class,
                        e -> assertThat(e.kind()).isEqualTo(PostgresException.Kind.MIGRATIONS_DIFFER))
                .hasMessageContaining("newer Galley (auth 2");
    }

    @Test
    void modulesThatThisNodeDoesNotRunAreNoneOfItsBusiness() {
        run(ONE, TWO);
        assertThat(run(JOBS)).containsExactly(JOBS);
    }

    @Test
    void endsOfLinesAreNotAChange() {
        run(new Migration("auth", 1, "users", "create table users (\nid int)"));
        assertThat(run(new Migration("auth", 1, "users", "create table users (\r\nid int)")))
                .isEmpty();
    }

    @Test
    void pendingNeedsNoRightToCreate() throws Exception {
        assertThat(new Migrations(database, List.of(ONE)).pending()).containsExactly(ONE);
        assertThat(postgres.query(address, "select count(*) from pg_namespace where nspname = 'galley'"))
                .containsExactly("0");
    }

    @Test
    void settingsOfAMigrationDoNotReachThePool() throws Exception {
        run(new Migration("auth", 1, "settings", "set statement_timeout = '1s'; set search_path = pg_catalog"));
        try (var connection = database.connection();
                var rows = connection.createStatement().executeQuery("show statement_timeout")) {
            rows.next();
            assertThat(rows.getString(1)).isEqualTo("0");
        }
    }

    @Test
    void aGapInTheVersionsIsOurOwnMistake() {
        assertThatThrownBy(() -> run(TWO)).isInstanceOf(IllegalArgumentException.class);
    }
}
