package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.DatabaseFailure.OutcomeUnknown;
import dev.galley.postgres.DatabaseFailure.Refused;
import dev.galley.postgres.DatabaseFailure.Unavailable;
import dev.galley.postgres.TestServer;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import dev.galley.postgres.wire.WireHarness.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A backend of a real server is killed with -9 under load, which takes all other backends with it; again and again. */
class ServerKillTest {
    private static final int WRITERS = 16;
    private static final int KILLS = 3;

    @Test
    void noAcknowledgedWriteIsLostAndNoRequestHangs() throws Exception {
        DatabaseAddress database = TestServer.start().address();
        TestPostgres.shared().execute(database, """
                create role wire_writer;
                create table mark (n text primary key); grant all on mark to wire_writer;
                """);
        try (WireHarness wire = new WireHarness(database, WireSettings.DEFAULT)) {
            Writers writers = new Writers(wire);
            wire.loop.runOnContext(ignored -> writers.start());
            for (int kill = 0; kill < KILLS; kill++) {
                long before = writers.acknowledgedCount;
                WireHarness.await("writes", () -> writers.acknowledgedCount > before + 200);
                killOneBackend(database);
                WireHarness.await("the crash is felt", () -> !writers.failures.isEmpty());
            }
            long before = writers.acknowledgedCount;
            WireHarness.await("writes by itself after the last crash", () -> writers.acknowledgedCount > before + 100);
            writers.stop = true;
            assertThat(writers.done.await(30, TimeUnit.SECONDS))
                    .as("no request hangs")
                    .isTrue();
            Set<String> kept = new TreeSet<>(TestPostgres.shared().query(database, "select n from mark"));
            assertThat(kept).containsAll(writers.acknowledged);
            assertThat(kept).doesNotContainAnyElementsOf(writers.refused);
            assertThat(writers.failures)
                    .allMatch(failure -> failure instanceof OutcomeUnknown
                            || failure instanceof Unavailable
                            || (failure instanceof Refused refused
                                    && refused.sqlState().startsWith("57P")));
        }
    }

    private static void killOneBackend(DatabaseAddress database) {
        String pid = TestPostgres.shared()
                .query(
                        database,
                        "select pid from pg_stat_activity where usename is not null and backend_type = 'client backend' and pid <> pg_backend_pid() order by random() limit 1")
                .getFirst();
        assertThat(ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly())
                .isTrue();
    }

    private static final class Writers {
        final WireHarness wire;
        final CountDownLatch done = new CountDownLatch(WRITERS);
        final List<String> acknowledged = new ArrayList<>();
        final List<String> refused = new ArrayList<>();
        final List<DatabaseFailure> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
        volatile long acknowledgedCount;
        volatile boolean stop;
        private int number;

        Writers(WireHarness wire) {
            this.wire = wire;
        }

        void start() {
            for (int i = 0; i < WRITERS; i++) {
                next();
            }
        }

        private void next() {
            if (stop) {
                done.countDown();
                return;
            }
            String mark = "mark" + number++;
            Ask ask = Ask.write("wire_writer", "insert into mark values ($1)", mark)
                    .with("synchronous_commit", "on");
            wire.door.run(ask.request(new Rows())).outcome().onComplete(outcome -> {
                if (outcome.succeeded()) {
                    acknowledged.add(mark);
                    acknowledgedCount = acknowledged.size();
                    next();
                } else {
                    DatabaseFailure failure = ((DatabaseException) outcome.cause()).failure();
                    failures.add(failure);
                    if (!(failure instanceof OutcomeUnknown)) {
                        refused.add(mark);
                    }
                    wire.vertx.setTimer(20, ignored -> next());
                }
            });
        }
    }
}
