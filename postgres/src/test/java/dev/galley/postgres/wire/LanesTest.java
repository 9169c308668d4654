package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import dev.galley.postgres.wire.WireHarness.Call;
import dev.galley.postgres.wire.WireObserver.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which lane a request takes, and that no request holds up another for long. */
class LanesTest {
    private static DatabaseAddress database;

    @BeforeAll
    static void prepare() {
        database = TestPostgres.shared().createDatabase("""
                do $$ begin create role wire_lane; exception when duplicate_object then null; end $$;
                create table switch (slow boolean); insert into switch values (false); grant all on switch to wire_lane;
                create view moody as select n, case when slow then pg_sleep(1.2)::text else 'quick' end as mood
                  from switch, generate_series(1, 3) n;
                grant select on moody to wire_lane;
                """);
    }

    private static final class Recorder implements WireObserver {
        final List<Lane> lanes = new CopyOnWriteArrayList<>();
        final List<Rerun> reruns = new CopyOnWriteArrayList<>();

        @Override
        public void started(Lane lane, long waitedNanos) {
            lanes.add(lane);
        }

        @Override
        public void rerun(Rerun why) {
            reruns.add(why);
        }

        Lane last() {
            return lanes.getLast();
        }
    }

    private static void warm(WireHarness wire, Recorder recorder, Ask ask) {
        WireHarness.await("the express lane", () -> {
            wire.run(ask);
            return recorder.last() == Lane.EXPRESS;
        });
    }

    @Test
    void onlyBoundedReadsThatWereQuickTravelExpress() {
        Recorder recorder = new Recorder();
        try (WireHarness wire = new WireHarness(database, SettingsFor.patientExpress(), recorder)) {
            Ask quick = Ask.bounded("wire_lane", "select 1");
            wire.run(quick);
            assertThat(recorder.last()).isEqualTo(Lane.REGULAR);
            warm(wire, recorder, quick);
            for (Ask other : List.of(
                    Ask.read("wire_lane", "select 1"),
                    Ask.write("wire_lane", "select 1"),
                    quick.ending(new Rollback()),
                    Ask.bounded("wire_lane", "select 2"))) {
                wire.run(other);
                assertThat(recorder.last()).isEqualTo(Lane.REGULAR);
            }
            Ask slow = Ask.bounded("wire_lane", "select pg_sleep(0.7)");
            for (int i = 0; i < 4; i++) {
                wire.run(slow);
                assertThat(recorder.last()).isEqualTo(Lane.REGULAR);
            }
        }
    }

    @Test
    void aReadThatIsSuddenlySlowIsRunAgainUnseenAndLeavesTheLane() {
        Recorder recorder = new Recorder();
        try (WireHarness wire = new WireHarness(database, SettingsFor.patientExpress(), recorder)) {
            Ask moody = Ask.bounded("wire_lane", "select n, mood from moody order by n");
            warm(wire, recorder, moody);
            TestPostgres.shared().execute(database, "update switch set slow = true");
            Call call = wire.start(moody);
            call.get();
            assertThat(call.rows.rows).hasSize(3);
            assertThat(recorder.reruns).containsExactly(WireObserver.Rerun.EXPRESS_TIMEOUT);
            wire.run(moody);
            assertThat(recorder.last()).isEqualTo(Lane.REGULAR);
        } finally {
            TestPostgres.shared().execute(database, "update switch set slow = false");
        }
    }

    @Test
    void rowsHandedOutBeforeTheExpressTimeoutAreForgotten() {
        Recorder recorder = new Recorder();
        try (WireHarness wire = new WireHarness(database, SettingsFor.patientExpress(), recorder)) {
            // Enough bytes that rows leave the server's buffer before it reaches the sleep.
            Ask moody = Ask.bounded(
                    "wire_lane",
                    "select n, case when n = 200 and slow then pg_sleep(1.2)::text end, repeat('x', 500) from switch, generate_series(1, 200) n");
            warm(wire, recorder, moody);
            TestPostgres.shared().execute(database, "update switch set slow = true");
            Call call = wire.start(moody);
            call.get();
            assertThat(call.rows.rows).hasSize(200);
            assertThat(call.rows.restarts).isEqualTo(1);
        } finally {
            TestPostgres.shared().execute(database, "update switch set slow = false");
        }
    }

    @Test
    void theCallersOwnShorterTimeoutIsReportedNotRepeated() {
        Recorder recorder = new Recorder();
        try (WireHarness wire = new WireHarness(database, SettingsFor.patientExpress(), recorder)) {
            Ask moody = Ask.bounded("wire_lane", "select mood from moody").with("statement_timeout", "500ms");
            warm(wire, recorder, moody);
            TestPostgres.shared().execute(database, "update switch set slow = true");
            assertThat(wire.start(moody).failure())
                    .isInstanceOfSatisfying(
                            DatabaseFailure.Refused.class,
                            refused -> assertThat(refused.sqlState()).isEqualTo("57014"));
            assertThat(recorder.reruns).isEmpty();
        } finally {
            TestPostgres.shared().execute(database, "update switch set slow = false");
        }
    }

    @Test
    void sleepersHoldUpNeitherQuickReadsNorQuickWrites() {
        Recorder recorder = new Recorder();
        try (WireHarness wire = new WireHarness(database, SettingsFor.connections(8, 2), recorder)) {
            Ask quick = Ask.bounded("wire_lane", "select 'quick'");
            warm(wire, recorder, quick);
            List<Call> sleepers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                sleepers.add(wire.start(Ask.write("wire_lane", "select pg_sleep(30)")));
            }
            for (int i = 0; i < 50; i++) {
                wire.run(quick);
                wire.run(Ask.write("wire_lane", "update switch set slow = slow"));
            }
            assertThat(sleepers).noneMatch(call -> call.future.isDone());
            sleepers.forEach(call -> call.running.cancel());
            sleepers.forEach(call -> assertThat(call.failure()).isInstanceOf(DatabaseFailure.Cancelled.class));
        }
    }

    @Test
    void whatFindsNoRoomToWaitIsBusyAtOnce() {
        try (WireHarness wire = new WireHarness(database, SettingsFor.queue(3, 2))) {
            List<Call> calls = Stream.generate(() -> wire.start(Ask.write("wire_lane", "select pg_sleep(30)")))
                    .limit(20)
                    .toList();
            WireHarness.await(
                    "most are refused",
                    () -> calls.stream().filter(c -> c.future.isDone()).count() >= 15);
            assertThat(calls.stream().filter(call -> call.future.isDone()))
                    .allSatisfy(call -> assertThat(call.failure())
                            .isInstanceOfAny(DatabaseFailure.Busy.class, DatabaseFailure.RoleBusy.class));
            calls.stream().filter(call -> !call.future.isDone()).forEach(call -> call.running.cancel());
        }
    }

    @Test
    void waitingTooLongIsBusy() {
        try (WireHarness wire = new WireHarness(database, SettingsFor.queue(3, 100))) {
            List<Call> sleepers = Collections.nCopies(3, 0).stream()
                    .map(i -> wire.start(Ask.write("wire_lane", "select pg_sleep(30)")))
                    .toList();
            Call late = wire.start(Ask.write("wire_lane", "select pg_sleep(30)").within(Duration.ofMillis(200)));
            assertThat(late.failure()).isInstanceOf(DatabaseFailure.Busy.class);
            sleepers.forEach(call -> call.running.cancel());
        }
    }

    /** Another alias makes another statement: nothing is known of any of them. */
    @Test
    void sleepersThatAreWrittenDifferentlyEachTimeHoldUpNoQuickWritesEither() {
        try (WireHarness wire = new WireHarness(database, SettingsFor.connections(8, 2))) {
            Ask quick = Ask.write("wire_lane", "update switch set slow = slow");
            wire.run(quick);
            List<Call> sleepers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                sleepers.add(wire.start(Ask.write("wire_lane", "select pg_sleep(30) as a" + i)));
            }
            for (int i = 0; i < 50; i++) {
                wire.run(quick);
            }
            assertThat(sleepers).noneMatch(call -> call.future.isDone());
            sleepers.forEach(call -> call.running.cancel());
            sleepers.forEach(call -> assertThat(call.failure()).isInstanceOf(DatabaseFailure.Cancelled.class));
        }
    }

    /** The statement was quick until all were sent at once. */
    @Test
    void aStatementThatPassesForQuickNeverTakesTheLastConnection() {
        try (WireHarness wire = new WireHarness(database, SettingsFor.connections(8, 2))) {
            Ask quick = Ask.write("wire_lane", "update switch set slow = slow");
            Ask trained = Ask.write("wire_lane", "select pg_sleep(current_setting('app.nap')::float)");
            wire.run(quick);
            for (int i = 0; i < 5; i++) {
                wire.run(trained.with("app.nap", "0"));
            }
            List<Call> sleepers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                sleepers.add(wire.start(trained.with("app.nap", "30")));
            }
            for (int i = 0; i < 50; i++) {
                wire.run(quick);
            }
            assertThat(sleepers).noneMatch(call -> call.future.isDone());
            sleepers.forEach(call -> call.running.cancel());
            sleepers.forEach(call -> assertThat(call.failure()).isInstanceOf(DatabaseFailure.Cancelled.class));
        }
    }
}
