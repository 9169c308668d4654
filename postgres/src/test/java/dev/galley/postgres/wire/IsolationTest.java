package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import dev.galley.postgres.wire.WireHarness.Call;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class IsolationTest {
    private static final String LEVEL = "default_transaction_isolation";
    private static final String SHOWN = "select current_setting('transaction_isolation')";

    private static DatabaseAddress database;
    private static WireHarness wire;

    @BeforeAll
    static void start() {
        database = TestPostgres.shared().createDatabase("""
                do $$ begin create role wire_isolated; exception when duplicate_object then null; end $$;
                create table parent (id int primary key);
                create table child (id int references parent deferrable initially deferred);
                grant all on parent, child to wire_isolated;
                """);
        wire = new WireHarness(database, WireSettings.DEFAULT);
    }

    @AfterAll
    static void stop() {
        wire.close();
    }

    private static String shown(Ask ask) {
        Call call = wire.start(ask);
        call.get();
        return call.rows.only();
    }

    @Test
    void theTransactionHasTheLevelThatTheCallersRoleAsksFor() {
        assertThat(shown(Ask.write("wire_isolated", SHOWN))).isEqualTo("read committed");
        for (String level : List.of("serializable", "repeatable read", "Read Uncommitted")) {
            for (Ask ask : List.of(Ask.read("wire_isolated", SHOWN), Ask.write("wire_isolated", SHOWN))) {
                assertThat(shown(ask.with(LEVEL, level))).isEqualToIgnoringCase(level);
                assertThat(shown(ask.with(LEVEL, level).ending(new Rollback()))).isEqualToIgnoringCase(level);
            }
        }
        assertThat(shown(Ask.write("wire_isolated", SHOWN))).isEqualTo("read committed");
    }

    @Test
    void whatIsWrittenIsCommittedOrRefusedAsAWhole() {
        Call call = wire.start(
                Ask.write("wire_isolated", "insert into parent values (1)").with(LEVEL, "serializable"));
        assertThat(call.get()).isEqualTo(new Outcome(List.of(1L), true));
        for (String refused : List.of("insert into child values (99)", "insert into parent values (2), (1)")) {
            assertThat(wire.start(Ask.write("wire_isolated", refused).with(LEVEL, "serializable"))
                            .failure())
                    .isInstanceOfSatisfying(
                            DatabaseFailure.Refused.class,
                            failure -> assertThat(failure.sqlState()).startsWith("23"));
        }
        assertThat(TestPostgres.shared().query(database, "select id::text from parent union all select 'c' from child"))
                .containsExactly("1");
    }

    @Test
    void aBoundedReadWithALevelOfItsOwnSharesNoConnection() {
        List<WireObserver.Lane> lanes = new java.util.concurrent.CopyOnWriteArrayList<>();
        WireObserver observer = new WireObserver() {
            @Override
            public void started(Lane lane, long waitedNanos) {
                lanes.add(lane);
            }
        };
        try (WireHarness watched = new WireHarness(database, WireSettings.DEFAULT, observer)) {
            Ask bounded = Ask.bounded("wire_isolated", SHOWN);
            WireHarness.await("the express lane", () -> {
                watched.run(bounded);
                return lanes.getLast() == WireObserver.Lane.EXPRESS;
            });
            watched.run(bounded.with(LEVEL, "serializable"));
            assertThat(lanes.getLast()).isEqualTo(WireObserver.Lane.REGULAR);
        }
    }

    @Test
    void theLastLevelCountsAndWhatIsNoLevelNeverReachesSql() {
        assertThat(Isolation.level(List.of())).isEmpty();
        assertThat(Isolation.level(List.of(new LocalSetting(LEVEL, "serializable; drop table parent"))))
                .isEmpty();
        assertThat(Isolation.level(List.of(
                        new LocalSetting(LEVEL, "serializable"),
                        new LocalSetting("Default_Transaction_Isolation", "repeatable read"))))
                .isEqualTo("REPEATABLE READ");
    }
}
