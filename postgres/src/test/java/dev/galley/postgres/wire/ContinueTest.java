package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.Continue;
import dev.galley.postgres.TransactionRequest.Decide;
import dev.galley.postgres.TransactionRequest.Ending;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Next;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.TransactionRequest.Step;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Call;
import dev.galley.postgres.wire.WireHarness.Rows;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions whose later steps are known only when the earlier ones have answered. */
class ContinueTest {
    private static final List<LocalSetting> CLAIMS =
            List.of(new LocalSetting("request.jwt.claims", "{\"sub\":\"me\"}"));
    private static final String WHO = "select current_user || ' ' || current_setting('request.jwt.claims')";

    private static DatabaseAddress database;
    private static WireHarness wire;

    @BeforeAll
    static void start() {
        database = TestPostgres.shared().createDatabase("""
                do $$ begin create role wire_steps; exception when duplicate_object then null; end $$;
                create table entries (id int generated always as identity, note text);
                create table parent (id int primary key);
                create table child (id int references parent deferrable initially deferred);
                grant all on entries, parent, child to wire_steps;
                """);
        wire = new WireHarness(database, WireSettings.DEFAULT);
    }

    @AfterAll
    static void stop() {
        wire.close();
    }

    @BeforeEach
    void empty() {
        TestPostgres.shared().execute(database, "truncate entries restart identity");
    }

    private static Step step(RowHandler rows, String sql, String... parameters) {
        List<byte[]> values = Arrays.stream(parameters)
                .map(each -> each.getBytes(StandardCharsets.UTF_8))
                .toList();
        return new Step(new Statement(sql, values), rows);
    }

    private static Step withClaims(Step step) {
        return new Step(step.statement(), step.rows(), CLAIMS, false);
    }

    private static Call start(Ending ending, Step... steps) {
        var request = new TransactionRequest(
                "wire_steps", CLAIMS, false, false, List.of(steps), ending, Duration.ofSeconds(20));
        return wire.start(request, new Rows());
    }

    private static List<String> notes() {
        return TestPostgres.shared().query(database, "select note from entries order by id");
    }

    @Test
    void laterStepsUseWhatEarlierOnesGave() {
        Rows first = new Rows();
        Rows second = new Rows();
        Call call = start(
                new Continue(_ -> new Next(
                        List.of(step(
                                second, "insert into entries (note) values ($1) returning id", "b" + first.only())),
                        new Continue(_ -> new Next(
                                List.of(step(RowHandler.NONE, "insert into entries (note) values ($1)", second.only())),
                                new Commit())))),
                step(first, "insert into entries (note) values ('a') returning id"));
        assertThat(call.get()).isEqualTo(new Outcome(List.of(1L, 1L, 1L), true));
        assertThat(notes()).containsExactly("a", "b1", "2");
    }

    @Test
    void anyEndIsPossibleBehindFurtherStepsOrWithoutThem() {
        for (boolean keep : List.of(true, false)) {
            Call decided = start(
                    new Continue(_ -> new Next(
                            List.of(step(RowHandler.NONE, "insert into entries (note) values ('d')")),
                            new Decide(() -> keep))),
                    step(RowHandler.NONE, "insert into entries (note) values ('d')"));
            assertThat(decided.get().committed()).isEqualTo(keep);
            Call alone = start(
                    new Continue(_ -> new Next(List.of(), keep ? new Commit() : new Rollback())),
                    step(RowHandler.NONE, "insert into entries (note) values ('d')"));
            assertThat(alone.get().committed()).isEqualTo(keep);
        }
        Call undone = start(
                new Continue(_ -> new Next(
                        List.of(step(RowHandler.NONE, "insert into entries (note) values ('no')")), new Rollback())),
                step(RowHandler.NONE, "insert into entries (note) values ('no')"));
        assertThat(undone.get().committed()).isFalse();
        assertThat(notes()).containsExactly("d", "d", "d");
    }

    @Test
    void anErrorUndoesAllAndTellsItsStep() {
        Call call = start(
                new Continue(_ -> new Next(
                        List.of(
                                step(RowHandler.NONE, "insert into entries (note) values ('b')"),
                                withClaims(step(RowHandler.NONE, "select 1 / $1::int", "0")),
                                step(RowHandler.NONE, "insert into entries (note) values ('c')")),
                        new Commit())),
                step(RowHandler.NONE, "insert into entries (note) values ('a')"));
        assertThatThrownBy(call::get)
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.step()).hasValue(2));
        Call late = start(
                new Continue(
                        _ -> new Next(List.of(step(RowHandler.NONE, "insert into child values (7)")), new Commit())),
                step(RowHandler.NONE, "insert into entries (note) values ('a')"));
        assertThatThrownBy(late::get)
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.step()).isEmpty());
        Call refused = start(
                new Continue(_ -> {
                    throw new IllegalArgumentException("not that");
                }),
                step(RowHandler.NONE, "insert into entries (note) values ('a')"));
        assertThatThrownBy(refused::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not that");
        assertThat(notes()).isEmpty();
    }

    @Test
    void settingsAreTheCallersAgainWhateverAnEarlierStepMadeOfThem() {
        Rows here = new Rows();
        Rows there = new Rows();
        String forge = "select set_config('role', 'none', true), set_config('request.jwt.claims', 'forged', true)";
        Call call = start(
                new Continue(_ ->
                        new Next(List.of(step(RowHandler.NONE, forge), withClaims(step(there, WHO))), new Commit())),
                step(RowHandler.NONE, forge),
                withClaims(step(here, WHO)));
        assertThat(call.get().rowsAffected()).containsExactly(1L, 1L, 1L, 1L);
        assertThat(here.only()).isEqualTo("wire_steps {\"sub\":\"me\"}");
        assertThat(there.only()).isEqualTo("wire_steps {\"sub\":\"me\"}");
    }

    @Test
    void aRunFromTheStartAsksAgain() {
        AtomicInteger asked = new AtomicInteger();
        List<Rows> handed = new ArrayList<>();
        String sql = "select * from wire_stale where $1 <> ''";
        TestPostgres.shared()
                .execute(database, "create table wire_stale (a int); grant select on wire_stale to wire_steps");
        for (int round = 0; round < 2; round++) {
            Rows rows = new Rows();
            Call call = start(
                    new Continue(_ -> {
                        asked.incrementAndGet();
                        handed.add(new Rows());
                        return new Next(List.of(step(handed.getLast(), sql, "x")), new Commit());
                    }),
                    step(rows, "select 1"));
            assertThat(call.get().committed()).isTrue();
            assertThat(rows.rows).hasSize(1);
            TestPostgres.shared().execute(database, "alter table wire_stale add column b" + round + " int");
        }
        assertThat(asked).hasValue(3);
    }

    @Test
    void aLostConnectionBeforeTheCommitIsNoUnknownOutcome() {
        Rows pid = new Rows();
        Call call = start(
                new Continue(_ -> {
                    TestPostgres.shared().execute(database, "select pg_terminate_backend(" + pid.only() + ")");
                    return new Next(
                            List.of(step(RowHandler.NONE, "insert into entries (note) values ('late')")),
                            new Decide(() -> true));
                }),
                step(pid, "select pg_backend_pid()"));
        assertThat(call.failure()).isInstanceOfAny(DatabaseFailure.Unavailable.class, DatabaseFailure.Refused.class);
        assertThat(notes()).isEmpty();
    }
}
