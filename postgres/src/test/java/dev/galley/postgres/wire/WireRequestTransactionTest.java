package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.RequestTransaction.Running;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.TransactionRequest.Decide;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import dev.galley.postgres.wire.WireHarness.Call;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The request transaction against a real server, one request at a time. */
class WireRequestTransactionTest {
    private static final String SCHEMA = """
            do $$ begin
              create role wire_user; create role wire_other;
            exception when duplicate_object then null; end $$;
            create table item (id int primary key, name text);
            insert into item select n, 'n' || n from generate_series(1, 5) n;
            grant all on item to wire_user;
            create table parent (id int primary key);
            create table child (id int references parent deferrable initially deferred);
            grant all on parent, child to wire_user;
            """;

    private static DatabaseAddress database;
    private static WireHarness wire;

    @BeforeAll
    static void start() {
        database = TestPostgres.shared().createDatabase(SCHEMA);
        wire = new WireHarness(database, WireSettings.DEFAULT);
    }

    @AfterAll
    static void stop() {
        wire.close();
    }

    @Test
    void rowsArriveWithTheCountOfTheTag() {
        Call call = wire.start(
                Ask.read("wire_user", "select id, name, null from item where id < $1::int order by id", "3"));
        assertThat(call.get()).isEqualTo(new Outcome(List.of(2L), true));
        assertThat(call.rows.rows).containsExactly(row("1", "n1", null), row("2", "n2", null));
    }

    @Test
    void theStatementRunsAsTheRoleWithTheSettings() {
        Ask ask = Ask.write("wire_user", "select current_user || ' ' || current_setting('request.jwt.claims')");
        assertThat(wire.value(ask.with("request.jwt.claims", "{\"sub\":\"é\"}")))
                .isEqualTo("wire_user {\"sub\":\"é\"}");
        assertThat(wire.value(Ask.write("wire_user", "select current_setting('request.jwt.claims', true)")))
                .isEmpty();
    }

    @Test
    void everyRowIsPrintedTheSameWayWhateverTheServersConfiguration() {
        assertThat(
                        wire.value(
                                Ask.read(
                                        "wire_user",
                                        "select timestamptz '2026-01-02 03:04:05+02' || '|' || interval '1 day 02:03' || '|' || 0.1::float8 || '|' || '\\x00'::bytea")))
                .isEqualTo("2026-01-02 01:04:05+00|1 day 02:03:00|0.1|\\x00");
    }

    @Test
    void aReadCannotWrite() {
        assertThat(refused(wire.start(Ask.read("wire_user", "delete from item"))))
                .isEqualTo("25006");
        assertThat(
                        refused(
                                wire.start(
                                        Ask.read(
                                                "wire_user",
                                                "with x as (select set_config('transaction_read_only', 'off', true)) select nextval('item_id_seq') from x"))))
                .isIn("25001", "42P01");
    }

    @Test
    void anErrorCarriesTheServersFieldsAndUndoesTheRequest() {
        assertThat(wire.start(Ask.write("wire_user", "insert into item values (100, 'x'), (1, 'y')"))
                        .failure())
                .isInstanceOfSatisfying(DatabaseFailure.Refused.class, refused -> {
                    assertThat(refused.sqlState()).isEqualTo("23505");
                    assertThat(refused.detail()).contains("Key (id)=(1) already exists.");
                });
        assertThat(wire.value(Ask.read("wire_user", "select count(*) from item where id = 100")))
                .isEqualTo("0");
    }

    @Test
    void unknownAndForbiddenRolesAreRefused() {
        assertThat(refused(wire.start(Ask.read("no_such_role", "select 1")))).isEqualTo("22023");
        assertThat(refused(wire.start(Ask.read("wire_other", "select * from item"))))
                .isEqualTo("42501");
        assertThat(refused(wire.start(Ask.read("wire_user", "selekt")))).isEqualTo("42601");
        assertThat(refused(wire.start(Ask.read("wire_user", "select 1").with("no-such", "x"))))
                .isEqualTo("42704");
    }

    @Test
    void aDeferredConstraintRefusesAtTheCommit() {
        assertThat(refused(wire.start(Ask.write("wire_user", "insert into child values (77)"))))
                .isEqualTo("23503");
        assertThat(refused(wire.start(
                        Ask.write("wire_user", "insert into child values (77)").ending(new Rollback()))))
                .isEqualTo("23503");
        assertThat(refused(wire.start(
                        Ask.write("wire_user", "insert into child values (77)").ending(new Decide(() -> true)))))
                .isEqualTo("23503");
    }

    @Test
    void rollbackAnswersAndKeepsNothing() {
        Call call = wire.start(Ask.write("wire_user", "insert into item values (50, 'x') returning id")
                .ending(new Rollback()));
        assertThat(call.get()).isEqualTo(new Outcome(List.of(1L), false));
        assertThat(call.rows.only()).isEqualTo("50");
        assertThat(wire.value(Ask.read("wire_user", "select count(*) from item where id = 50")))
                .isEqualTo("0");
        assertThat(refused(wire.start(Ask.write("wire_user", "select 1/0").ending(new Rollback()))))
                .isEqualTo("22012");
    }

    @Test
    void decideIsAskedWhenAllRowsHaveArrived() {
        AtomicInteger asked = new AtomicInteger();
        Ask insert = Ask.write("wire_user", "insert into item values (60, 'x') returning id");
        WireHarness.Rows rows = new WireHarness.Rows();
        Call refusing = wire.start(
                insert.ending(new Decide(() -> {
                            asked.addAndGet(rows.rows.size());
                            return false;
                        }))
                        .request(rows),
                rows);
        assertThat(refusing.get()).isEqualTo(new Outcome(List.of(1L), false));
        assertThat(asked).hasValue(1);
        assertThat(wire.run(insert.ending(new Decide(() -> true))).committed()).isTrue();
        assertThat(wire.value(Ask.write("wire_user", "delete from item where id = 60 returning id")))
                .isEqualTo("60");
        assertThat(refused(wire.start(Ask.write("wire_user", "select 1/0").ending(new Decide(() -> true)))))
                .isEqualTo("22012");
    }

    @Test
    void aStatementWhoseResultTypeChangedIsPreparedAgain() {
        TestPostgres.shared()
                .execute(
                        database,
                        "create table shifting (a int); grant all on shifting to wire_user; insert into shifting values (1)");
        Ask ask = Ask.read("wire_user", "select * from shifting");
        wire.run(ask);
        wire.run(ask);
        TestPostgres.shared().execute(database, "alter table shifting alter a type text");
        Call call = wire.start(ask);
        call.get();
        assertThat(call.rows.rows).containsExactly(row("1"));
    }

    @Test
    void oneEventLoopsConnectionsAreReused() {
        // Which one a lane picks is its affair: the last may still be resetting.
        int most = WireSettings.DEFAULT.connections();
        Set<String> sessions = new TreeSet<>();
        for (int request = 0; request < 3 * most; request++) {
            sessions.add(wire.value(Ask.read("wire_user", "select pg_backend_pid()")));
        }
        assertThat(sessions).hasSizeBetween(1, most);
    }

    @Test
    void aTimeoutEndsTheWorkInTheServer() {
        Ask sleep =
                Ask.write("wire_user", "select pg_sleep(100), 'sleeper one'").within(Duration.ofMillis(300));
        assertThat(wire.start(sleep).failure()).isEqualTo(new DatabaseFailure.TimedOut(Duration.ofMillis(300)));
        assertThat(running("sleeper one")).isZero();
    }

    @Test
    void aCallerWhoLeavesEndsTheWorkInTheServer() {
        Call call = wire.start(Ask.write("wire_user", "select pg_sleep(100), 'sleeper two'"));
        WireHarness.await("the statement runs", () -> running("sleeper two") == 1);
        call.running.cancel();
        assertThat(call.failure()).isEqualTo(new DatabaseFailure.Cancelled());
        assertThat(running("sleeper two")).isZero();
        assertThat(wire.value(Ask.read("wire_user", "select 1"))).isEqualTo("1");
    }

    @Test
    void aCancelThatComesTooLateTakesNoRowsAway() throws Exception {
        List<Integer> successes = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            AtomicInteger rows = new AtomicInteger();
            AtomicReference<Running> running = new AtomicReference<>();
            CompletableFuture<Boolean> succeeded = new CompletableFuture<>();
            RowHandler leaving = row -> {
                if (rows.incrementAndGet() == 1) {
                    running.get().cancel(); // the rest and the end have been received with this row
                }
            };
            wire.loop.runOnContext(ignored -> {
                running.set(wire.door.run(
                        Ask.read("wire_user", "select id from item").request(leaving)));
                running.get().outcome().onComplete(outcome -> succeeded.complete(outcome.succeeded()));
            });
            if (succeeded.get(30, TimeUnit.SECONDS)) {
                successes.add(rows.get());
            }
        }
        assertThat(successes).isNotEmpty().containsOnly(5);
    }

    @Test
    void theOutcomeArrivesInTheCallersContextAndItsExceptionsStayThere() {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        CompletableFuture<Boolean> sameContext = new CompletableFuture<>();
        wire.loop.exceptionHandler(thrown::complete);
        wire.loop.runOnContext(ignored -> wire.door
                .run(Ask.read("wire_user", "select 1").request(RowHandler.NONE))
                .outcome()
                .onComplete(outcome -> {
                    sameContext.complete(Vertx.currentContext() == wire.loop);
                    throw new IllegalStateException("thrown by the caller");
                }));
        assertThat(sameContext.join()).isTrue();
        assertThat(thrown.join()).hasMessage("thrown by the caller");
        wire.loop.exceptionHandler(null);
    }

    @Test
    void anExceptionOfTheRowsReceiverEndsTheRequestWithIt() {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        RowHandler refusing = row -> {
            throw new IllegalStateException("too much");
        };
        wire.loop.runOnContext(ignored -> wire.door
                .run(Ask.write(
                                "wire_user",
                                "select n, pg_sleep(0.1), x.* from generate_series(1, 1000) n, lateral (select repeat('x', 9000)) x")
                        .request(refusing))
                .outcome()
                .onFailure(failure::complete));
        assertThat(failure.join()).isInstanceOf(IllegalStateException.class).hasMessage("too much");
    }

    private static int running(String marker) {
        return Integer.parseInt(TestPostgres.shared()
                .query(
                        database,
                        "select count(*) from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and query like '%"
                                + marker + "%'")
                .getFirst());
    }

    private static String refused(Call call) {
        return ((DatabaseFailure.Refused) call.failure()).sqlState();
    }

    private static List<String> row(String... values) {
        return java.util.Arrays.asList(values);
    }
}
