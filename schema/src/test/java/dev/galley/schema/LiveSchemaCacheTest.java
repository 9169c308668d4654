package dev.galley.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.testkit.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LiveSchemaCacheTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration OFTEN = Duration.ofMillis(50);
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final SchemaScope SCOPE = new SchemaScope(List.of("public"), List.of(), Set.of());

    private final TestPostgres postgres = TestPostgres.shared();
    private final DatabaseAddress database = postgres.createDatabase("create table first (id int primary key)");
    private final AtomicInteger models = new AtomicInteger();
    private final AtomicInteger configs = new AtomicInteger();
    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicBoolean faulty = new AtomicBoolean();
    private LiveSchemaCache cache = cache(NEVER, "pgrst");

    private LiveSchemaCache cache(Duration interval, String channel) {
        return cache(interval, channel, () -> {
            if (down.get()) {
                throw new SQLException("the database is down");
            }
            if (faulty.get()) {
                throw new IllegalStateException("a fault of ours");
            }
            return postgres.connect(database);
        });
    }

    private LiveSchemaCache cache(Duration interval, String channel, ConnectionSource connections) {
        SchemaSettings settings = new SchemaSettings(
                SCOPE.exposedSchemas(), SCOPE.extraSearchPath(), channel, interval, Duration.ofMillis(200));
        LiveSchemaCache made =
                new LiveSchemaCache(connections, SCOPE, settings, InstantSource.fixed(NOW), configs::incrementAndGet);
        made.subscribe(model -> models.incrementAndGet());
        return made;
    }

    private void start(Duration interval, String channel) throws SQLException {
        cache = cache(interval, channel);
        cache.start();
        await("it listens", () -> !listeners().isEmpty() || channel.isEmpty());
    }

    private List<String> listeners() {
        return postgres.query(
                database,
                "select pid from pg_stat_activity where datname = current_database()"
                        // A LISTEN that is still being executed hears nothing yet.
                        + " and (query ~* 'evtevent' or query ~* '^listen' and state = 'idle')");
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long until %s", what).isLessThan(deadline);
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    private boolean has(String table) {
        return cache.current().relation(new QualifiedName("public", table)).isPresent();
    }

    private void execute(String sql) {
        postgres.execute(database, sql);
    }

    private static String eventTriggers() {
        return "create schema if not exists galley;"
                + DdlWatch.migration("any", 1).sql();
    }

    @AfterEach
    void nothingIsLeftRunning() {
        cache.close();
        await(
                "all connections are closed",
                () -> postgres.query(
                                postgres.address(),
                                "select count(*) from pg_stat_activity where datname = '" + database.database() + "'")
                        .getFirst()
                        .equals("0"));
    }

    @Test
    void startLoadsTheModel() throws SQLException {
        start(NEVER, "pgrst");
        assertThat(has("first")).isTrue();
        assertThat(models).hasValue(1);
        assertThat(cache.health().usable()).isTrue();
        assertThat(cache.health().loadedAt()).contains(NOW);
        assertThat(cache.health().version()).isEqualTo(cache.current().version());
        assertThat(cache.health().lastError()).isEmpty();
    }

    @Test
    void beforeTheStartThereIsNoModel() {
        assertThatThrownBy(cache::current).isInstanceOf(IllegalStateException.class);
        assertThat(cache.health().usable()).isFalse();
    }

    @Test
    void aStartThatFailsSaysWhyAndCanBeTriedAgain() throws SQLException {
        down.set(true);
        assertThatThrownBy(cache::start).isInstanceOf(SQLException.class).hasMessageContaining("down");
        assertThat(cache.health().lastError()).contains("the database is down");
        down.set(false);
        cache.start();
        assertThat(cache.health().lastError()).isEmpty();
        assertThat(has("first")).isTrue();
    }

    @Test
    void usersAskForAReloadByNotification() throws SQLException {
        start(NEVER, "pgrst");
        execute("create table second (id int); notify pgrst, 'reload schema'");
        await("the table is seen", () -> has("second"));
        execute("create table third (id int); notify pgrst");
        await("the table is seen", () -> has("third"));
        assertThat(configs).hasValue(0);
    }

    @Test
    void otherPayloadsAndChannelsAreForOthers() throws SQLException {
        start(NEVER, "pgrst");
        long before = cache.current().version();
        execute("notify pgrst, 'something else'");
        execute("notify other, 'reload schema'");
        execute("create table second (id int); notify pgrst, 'reload schema'");
        await("the table is seen", () -> has("second"));
        assertThat(cache.current().version()).as("only one more load").isEqualTo(before + 1);
    }

    @Test
    void reloadConfigCallsBackAndReadsTheRolesSettings() throws SQLException {
        start(NEVER, "pgrst");
        execute("alter role current_user in database " + database.database()
                + " set statement_timeout = '77s'; notify pgrst, 'reload config'");
        await(
                "the setting is there",
                () -> cache.current()
                        .settingsOf(database.user())
                        .contains(new SchemaModel.RoleSetting("statement_timeout", "77s")));
        await("it was called", () -> configs.get() == 1);
    }

    @Test
    void eventTriggersAnnounceWhatMatters() throws SQLException {
        execute(eventTriggers());
        execute(eventTriggers());
        start(NEVER, "pgrst");
        await("changes are announced", () -> cache.health().announced());
        execute("create table second (id int)");
        await("the table is seen", () -> has("second"));
        execute("alter table second add extra text");
        await(
                "the column is seen",
                () -> cache.current()
                        .relation(new QualifiedName("public", "second"))
                        .orElseThrow()
                        .column("extra")
                        .isPresent());
        execute("drop table second");
        await("the table is gone", () -> !has("second"));
        long before = cache.current().version();
        execute("create temp table passing (id int); drop table passing; create role " + database.database()
                + "_role; analyze");
        execute("create table last (id int)");
        await("the table is seen", () -> has("last"));
        assertThat(cache.current().version()).as("only one more load").isEqualTo(before + 1);
        execute("drop role " + database.database() + "_role");
    }

    @Test
    void theEventTriggersMigrationDoesNotFailWithoutASuperuser() {
        String role = database.database() + "_plain";
        execute("create role " + role + " login; grant create on database " + database.database() + " to " + role);
        postgres.execute(database.withLogin(role, Optional.empty()), eventTriggers());
        assertThat(postgres.query(database, "select count(*) from pg_event_trigger"))
                .containsExactly("0");
        execute("drop owned by " + role + " cascade; drop role " + role);
    }

    @Test
    void withoutEventTriggersChangesAreLookedFor() throws SQLException {
        start(OFTEN, "pgrst");
        execute("create table second (id int)");
        await("the table is seen", () -> has("second"));
        execute("comment on table second is 'said'");
        await(
                "the comment is seen",
                () -> cache.current()
                        .relation(new QualifiedName("public", "second"))
                        .orElseThrow()
                        .comment()
                        .isPresent());
        execute("drop table second");
        await("the table is gone", () -> !has("second"));
        assertThat(cache.health().announced()).isFalse();
    }

    @Test
    void aDatabaseThatRefusesToListenIsLookedAt() throws SQLException {
        start(OFTEN, "");
        execute("create table second (id int)");
        await("the table is seen", () -> has("second"));
        assertThat(cache.health().announced()).isFalse();
        assertThat(cache.health().lastError()).isEmpty();
    }

    @Test
    void lookingFindsNothingWhereNothingChanges() throws SQLException {
        try (var connection = postgres.connect(database)) {
            String before = CatalogFingerprint.of(connection);
            execute("insert into first values (1)");
            execute("create temp table t (id int primary key)");
            execute("vacuum analyze first");
            assertThat(CatalogFingerprint.of(connection)).isEqualTo(before);
            for (String change : List.of(
                    "alter table first add x text",
                    "create index on first (x)",
                    "create function f() returns int language sql as 'select 1'",
                    "create or replace function f() returns int language sql as 'select 2'",
                    "create type e as enum ('a')",
                    "alter type e add value 'b'",
                    "create view v as select id from first",
                    "create or replace view v as select id + 1 as id from first",
                    "alter table first alter x set default 'y'",
                    "grant select on first to public",
                    "alter role current_user in database " + database.database() + " set work_mem = '5MB'")) {
                execute(change);
                String after = CatalogFingerprint.of(connection);
                assertThat(after).as(change).isNotEqualTo(before);
                before = after;
            }
        }
    }

    @Test
    void aBurstOfNotificationsMakesAFewReloads() throws SQLException {
        start(NEVER, "pgrst");
        execute("create table second (id int)");
        for (int i = 0; i < 100; i++) {
            cache.reload();
        }
        await("the table is seen", () -> has("second"));
        execute("do $$ begin for i in 1..100 loop notify pgrst, 'reload schema'; commit; end loop; end $$");
        execute("create table third (id int); notify pgrst, 'reload schema'");
        await("the table is seen", () -> has("third"));
        assertThat(models.get()).isLessThanOrEqualTo(6);
    }

    @Test
    void aLostConnectionIsMadeAnewAndWhatWasMissedIsRead() throws SQLException {
        start(NEVER, "pgrst");
        down.set(true);
        execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        await("the loss is noticed", () -> cache.health().lastError().isPresent());
        execute("create table second (id int); notify pgrst, 'reload schema'");
        assertThat(has("first")).as("the old model stays in use").isTrue();
        down.set(false);
        await("the table is seen", () -> has("second"));
        await("it listens again", () -> cache.health().lastError().isEmpty());
        execute("create table third (id int); notify pgrst, 'reload schema'");
        await("the table is seen", () -> has("third"));
    }

    @Test
    void aFaultOfOursDoesNotEndTheWatch() throws SQLException {
        start(NEVER, "pgrst");
        faulty.set(true);
        execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        await("the fault is known", () -> cache.health().lastError().equals(Optional.of("a fault of ours")));
        faulty.set(false);
        await("it listens again", () -> cache.health().lastError().isEmpty());
        execute("create table second (id int); notify pgrst, 'reload schema'");
        await("the table is seen", () -> has("second"));
    }

    @Test
    void aFailedReloadKeepsTheOldModelAndIsTriedAgain() throws SQLException {
        start(NEVER, "pgrst");
        SchemaModel old = cache.current();
        execute("create table second (id int)");
        down.set(true);
        cache.reload();
        await("the failure is known", () -> cache.health().lastError().isPresent());
        assertThat(cache.current()).isSameAs(old);
        down.set(false);
        await("the table is seen", () -> has("second"));
        assertThat(cache.health().lastError()).isEmpty();
    }

    @Test
    void aSubscriberThatFailsDoesNotStopTheOthers() throws SQLException {
        cache = cache(NEVER, "pgrst");
        cache.subscribe(model -> {
            throw new IllegalStateException("broken");
        });
        AtomicInteger after = new AtomicInteger();
        cache.subscribe(model -> after.incrementAndGet());
        cache.start();
        cache.reload();
        await("it was called again", () -> after.get() == 2);
    }

    @Test
    void aConfigurationThatCannotBeReloadedDoesNotEndTheWatch() throws SQLException {
        SchemaSettings settings = new SchemaSettings(
                SCOPE.exposedSchemas(), SCOPE.extraSearchPath(), "pgrst", NEVER, Duration.ofMillis(200));
        cache = new LiveSchemaCache(() -> postgres.connect(database), SCOPE, settings, InstantSource.fixed(NOW), () -> {
            configs.incrementAndGet();
            throw new IllegalStateException("broken");
        });
        cache.start();
        await("it listens", () -> !listeners().isEmpty());
        execute("notify pgrst, 'reload config'");
        await("it was called", () -> configs.get() == 1);
        execute("create table second (id int); notify pgrst, 'reload schema'");
        await("the table is seen", () -> has("second"));
    }

    @Test
    void aReloadThatTakesLongBlocksNobody() throws Exception {
        CountDownLatch opened = new CountDownLatch(2);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        AtomicInteger connections = new AtomicInteger();
        cache = cache(NEVER, "pgrst", () -> {
            if (connections.incrementAndGet() > 2) {
                opened.countDown();
                try {
                    mayGoOn.await();
                } catch (InterruptedException e) {
                    throw new SQLException(e);
                }
            }
            opened.countDown();
            return postgres.connect(database);
        });
        cache.start();
        await("it listens", () -> connections.get() == 2);
        SchemaModel old = cache.current();
        execute("create table second (id int)");
        cache.reload();
        await("the reload is under way", () -> connections.get() == 3);
        for (int i = 0; i < 1_000; i++) {
            assertThat(cache.current()).isSameAs(old);
        }
        mayGoOn.countDown();
        await("the table is seen", () -> has("second"));
    }

    @Test
    void tablesThatComeAndGoWhileLoadingDoNoHarm() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        Thread ddl = Thread.ofVirtual().start(() -> {
            for (int i = 0; !enough.get(); i++) {
                execute(
                        "create table passing (id int generated by default as identity primary key, x text default 'a', r int references first);"
                                + "create view passing_view as select * from passing;"
                                + "create type passing_type as enum ('a');"
                                + "create function passing_fn(passing_type) returns passing language sql as 'select * from passing';");
                execute("drop table passing cascade; drop type passing_type cascade;");
            }
        });
        try (var connection = postgres.connect(database)) {
            CatalogLoader loader = new CatalogLoader(SCOPE);
            for (int i = 0; i < 40; i++) {
                assertThat(loader.load(connection).relation(new QualifiedName("public", "first")))
                        .isPresent();
            }
        } finally {
            enough.set(true);
            ddl.join();
        }
    }
}
