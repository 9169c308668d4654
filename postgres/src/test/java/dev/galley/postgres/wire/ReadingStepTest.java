package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.Continue;
import dev.galley.postgres.TransactionRequest.Ending;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Next;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.TransactionRequest.Step;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Call;
import dev.galley.postgres.wire.WireHarness.Rows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps that may not write, in a transaction that may. */
class ReadingStepTest {
    private static final List<LocalSetting> CLAIMS =
            List.of(new LocalSetting("request.jwt.claims", "{\"sub\":\"me\"}"));
    private static final String WRITE = "insert into read_notes (note) values ('x')";
    private static final String MODE = "select current_setting('transaction_read_only')";

    private static DatabaseAddress database;
    private static List<WireHarness> wires;

    @BeforeAll
    static void start() {
        database = TestPostgres.shared().createDatabase("""
                do $$ begin create role wire_reads; exception when duplicate_object then null; end $$;
                create table read_notes (note text);
                create table parent (id int primary key);
                create table child (id int references parent deferrable initially deferred);
                grant all on read_notes, parent, child to wire_reads;
                """);
        wires = List.of(
                new WireHarness(database, WireSettings.DEFAULT),
                new WireHarness(database, SettingsFor.unnamedStatements()));
    }

    @AfterAll
    static void stop() {
        wires.forEach(WireHarness::close);
    }

    @BeforeEach
    void empty() {
        TestPostgres.shared().execute(database, "truncate read_notes");
    }

    private static Step reading(String sql, RowHandler rows) {
        return new Step(new Statement(sql, List.of()), rows, CLAIMS, true);
    }

    private static Step writing(String sql, RowHandler rows) {
        return new Step(new Statement(sql, List.of()), rows, CLAIMS, false);
    }

    private static Step same(String sql, RowHandler rows) {
        return new Step(new Statement(sql, List.of()), rows);
    }

    private static Call run(WireHarness wire, Ending ending, Step... steps) {
        return wire.start(
                new TransactionRequest(
                        "wire_reads", CLAIMS, false, false, List.of(steps), ending, Duration.ofSeconds(20)),
                new Rows());
    }

    private static int notes() {
        return TestPostgres.shared()
                .query(database, "select note from read_notes")
                .size();
    }

    @Test
    void theModeIsThatOfEachStepAndOfThoseBehindItWithoutSettings() {
        for (WireHarness wire : wires) {
            List<Rows> modes = new ArrayList<>();
            for (int i = 0; i < 7; i++) modes.add(new Rows());
            Call call = run(
                    wire,
                    new Continue(_ -> new Next(
                            List.of(
                                    same(MODE, modes.get(4)),
                                    writing(MODE, modes.get(5)),
                                    same(WRITE, RowHandler.NONE),
                                    reading(MODE, modes.get(6))),
                            new Continue(_ -> new Next(List.of(), new Commit())))),
                    same(WRITE, RowHandler.NONE),
                    reading(MODE, modes.get(0)),
                    same(MODE, modes.get(1)),
                    writing(MODE, modes.get(2)),
                    same(WRITE, RowHandler.NONE),
                    reading(MODE, modes.get(3)));
            assertThat(call.get().committed()).isTrue();
            assertThat(modes.stream().map(Rows::only)).containsExactly("on", "on", "off", "on", "on", "off", "on");
            assertThat(call.get().rowsAffected()).hasSize(10).containsOnly(1L);
        }
        assertThat(notes()).isEqualTo(6);
    }

    @Test
    void aWriteIsRefusedWhereverItStandsAndWhateverTheEnd() {
        for (WireHarness wire : wires) {
            for (Ending end : List.of(new Commit(), new Rollback())) {
                for (Call call : List.of(
                        run(wire, end, reading(WRITE, RowHandler.NONE)),
                        run(wire, end, same(WRITE, RowHandler.NONE), reading(WRITE, RowHandler.NONE)),
                        run(
                                wire,
                                new Continue(_ -> new Next(List.of(same(WRITE, RowHandler.NONE)), end)),
                                same(WRITE, RowHandler.NONE),
                                reading(MODE, RowHandler.NONE)),
                        run(
                                wire,
                                end,
                                reading("select set_config('transaction_read_only', 'off', true)", RowHandler.NONE),
                                same(WRITE, RowHandler.NONE)))) {
                    assertThat(call.failure())
                            .isInstanceOfSatisfying(
                                    DatabaseFailure.Refused.class,
                                    refused -> assertThat(refused.sqlState()).isIn("25006", "25001"));
                }
            }
        }
        assertThat(notes()).isZero();
    }

    @Test
    void deferredConstraintsMayStillRead() {
        for (WireHarness wire : wires) {
            TestPostgres.shared().execute(database, "truncate parent, child");
            for (Ending end : List.of(new Rollback(), new Commit())) {
                Call held = run(
                        wire,
                        end,
                        same("insert into child values (1)", RowHandler.NONE),
                        same("insert into parent values (1)", RowHandler.NONE),
                        reading(MODE, RowHandler.NONE));
                assertThat(held.get().committed()).isEqualTo(end instanceof Commit);
                Call broken = run(
                        wire,
                        end,
                        same("insert into child values (2)", RowHandler.NONE),
                        reading(MODE, RowHandler.NONE));
                assertThat(broken.failure())
                        .isInstanceOfSatisfying(
                                DatabaseFailure.Refused.class,
                                refused -> assertThat(refused.sqlState()).isEqualTo("23503"));
            }
        }
    }
}
