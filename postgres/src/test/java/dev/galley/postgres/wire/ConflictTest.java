package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.TransactionRequest.Decide;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import dev.galley.postgres.wire.WireHarness.Call;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions that PostgreSQL undoes because they met another one. A sequence counts the tries: it is not undone with them. */
class ConflictTest {
    private static DatabaseAddress database;
    private static WireHarness wire;

    @BeforeAll
    static void start() {
        database = TestPostgres.shared().createDatabase("""
                do $$ begin create role wire_met; exception when duplicate_object then null; end $$;
                create sequence tries;
                create table notes (note text);
                create table accounts (id int primary key, n int not null);
                insert into accounts values (1, 0), (2, 0);
                create function met(times int, state text) returns bigint language plpgsql as $$
                  declare try bigint := nextval('tries');
                  begin
                    insert into notes values ('try ' || try);
                    if try <= times then raise exception 'met' using errcode = state; end if;
                    return try;
                  end $$;
                create function pay_both(first int, second int) returns void language plpgsql as $$
                  begin
                    update accounts set n = n + 1 where id = first;
                    perform pg_advisory_xact_lock_shared(id) from accounts where id = first;
                    for i in 1 .. 200 loop
                      exit when exists (select from pg_locks where locktype = 'advisory' and objid = second);
                      perform pg_sleep(0.01);
                    end loop;
                    update accounts set n = n + 1 where id = second;
                  end $$;
                grant all on notes, accounts to wire_met;
                grant all on sequence tries to wire_met;
                """);
        wire = new WireHarness(database, WireSettings.DEFAULT);
    }

    @AfterAll
    static void stop() {
        wire.close();
    }

    @BeforeEach
    void clean() {
        TestPostgres.shared().execute(database, "truncate notes; alter sequence tries restart");
    }

    private static List<String> notes() {
        return TestPostgres.shared().query(database, "select note from notes order by 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void aTransactionThatGaveWayIsRunAgainAsAWhole(String state) {
        Call call = wire.start(Ask.write("wire_met", "select met(2, '" + state + "')"));
        call.get();
        assertThat(call.rows.only()).isEqualTo("3");
        assertThat(notes()).containsExactly("try 3");
    }

    @Test
    void alsoWhenItsEndIsDecidedByItsRows() {
        Call call = wire.start(Ask.write("wire_met", "select met(1, '40001')").ending(new Decide(() -> true)));
        assertThat(call.get().committed()).isTrue();
        assertThat(call.rows.only()).isEqualTo("2");
        assertThat(notes()).containsExactly("try 2");
    }

    @Test
    void butNotForEverAndNotForOtherErrors() {
        assertThat(wire.start(Ask.write("wire_met", "select met(1000, '40001')"))
                        .failure())
                .isInstanceOfSatisfying(
                        DatabaseFailure.Refused.class,
                        refused -> assertThat(refused.sqlState()).isEqualTo("40001"));
        assertThat(TestPostgres.shared().query(database, "select last_value from tries"))
                .containsExactly(Integer.toString(1 + WireSettings.DEFAULT.conflictRetries()));
        assertThat(wire.start(Ask.write("wire_met", "select met(1000, '23514')"))
                        .failure())
                .isInstanceOf(DatabaseFailure.Refused.class);
        assertThat(TestPostgres.shared().query(database, "select last_value from tries"))
                .containsExactly(Integer.toString(2 + WireSettings.DEFAULT.conflictRetries()));
        assertThat(notes()).isEmpty();
    }

    @Test
    void bothSidesOfARealDeadlockSucceed() {
        Call one = wire.start(Ask.write("wire_met", "select pay_both(1, 2)"));
        Call two = wire.start(Ask.write("wire_met", "select pay_both(2, 1)"));
        one.get();
        two.get();
        assertThat(TestPostgres.shared().query(database, "select n from accounts order by id"))
                .containsExactly("2", "2");
    }
}
