package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction.Running;
import dev.galley.postgres.TransactionRequest.Decide;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import dev.galley.postgres.wire.WireHarness.Rows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Sixty-four callers of three roles take turns on two connections, with errors, cancels, timeouts and killed backends in between:
 * no row, role or claim of one is ever seen by another.
 */
class IdentityTest {
    private static final int CALLERS = 64;
    private static final int TURNS_TO_VACUUM = 10;
    private static final String[] ROLES = {"wire_a", "wire_b", "wire_c"};
    private static final String SCHEMA = """
            do $$ begin
              create role wire_a; create role wire_b; create role wire_c;
            exception when duplicate_object then null; end $$;
            create table note (id int primary key, owner text, seen_by text);
            insert into note select n, 'caller' || n % 64 from generate_series(0, 639) n;
            alter table note enable row level security;
            create policy own on note using (owner = current_setting('request.sub', true));
            grant all on note to wire_a, wire_b, wire_c;
            create function leave() returns text language sql volatile as $$
              select set_config('request.sub', 'caller0', false) $$;
            """;
    private static final String READ =
            "select current_user, current_setting('request.sub'), owner, id from note where id % 64 < 1000 limit 20";

    @Test
    void fortyThousandRequestsNeverMeet() throws Exception {
        run(40_000);
    }

    /** Another number: {@code -Dgalley.requests=200000}. */
    @Test
    @Tag("slow")
    void aMillionRequestsNeverMeet() throws Exception {
        run(Integer.getInteger("galley.requests", 1_000_000));
    }

    private static void run(int requests) throws Exception {
        DatabaseAddress database = TestPostgres.shared().createDatabase(SCHEMA);
        AtomicInteger express = new AtomicInteger();
        WireObserver observer = new WireObserver() {
            @Override
            public void started(Lane lane, long waitedNanos) {
                express.addAndGet(lane == Lane.EXPRESS ? 1 : 0);
            }
        };
        // One express and one (in truth two: the least there is) regular connection.
        try (WireHarness wire = new WireHarness(database, SettingsFor.connections(3, 1), observer)) {
            Callers callers = new Callers(wire, requests);
            wire.loop.runOnContext(ignored -> callers.start());
            for (int turn = 1; !callers.done.await(500, TimeUnit.MILLISECONDS); turn++) {
                if (turn % TURNS_TO_VACUUM == 0) {
                    // The rows of the updates that were undone; the reads go over all of them.
                    TestPostgres.shared().execute(database, "vacuum note");
                }
                TestPostgres.shared()
                        .query(
                                database,
                                "select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity where application_name = 'galley'"
                                        + " and pid <> pg_backend_pid() and datname = current_database() order by random() limit 1) one");
            }
            assertThat(callers.wrong).isEmpty();
            assertThat(callers.right).isGreaterThan(requests / 3);
            assertThat(express.get()).isGreaterThan(requests / 20);
        }
    }

    /** All on one event loop: each caller starts its next request when the last has ended. */
    private static final class Callers {
        final WireHarness wire;
        final CountDownLatch done = new CountDownLatch(CALLERS);
        final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        final Random random = new Random(20260101);
        int left;
        volatile int right;

        Callers(WireHarness wire, int requests) {
            this.wire = wire;
            this.left = requests;
        }

        void start() {
            for (int caller = 0; caller < CALLERS; caller++) {
                next(caller);
            }
        }

        private void next(int caller) {
            if (left-- <= 0 || wrong.size() > 10) {
                done.countDown();
                return;
            }
            String role = ROLES[caller % ROLES.length];
            String sub = "caller" + caller;
            Ask ask = ask(role, random.nextInt(20)).with("request.sub", sub);
            Rows rows = new Rows();
            Running running = wire.door.run(ask.request(rows));
            if (random.nextInt(40) == 0) {
                wire.vertx.runOnContext(ignored -> running.cancel());
            }
            running.outcome().onComplete(outcome -> {
                if (outcome.succeeded() && ask.sql().equals(READ)) {
                    check(role, sub, rows);
                } else if (outcome.failed() && !(outcome.cause() instanceof dev.galley.postgres.DatabaseException)) {
                    wrong.add("unexpected " + outcome.cause());
                } else if (outcome.failed()
                        && ask.readOnly()
                        && ((dev.galley.postgres.DatabaseException) outcome.cause()).failure()
                                instanceof DatabaseFailure.OutcomeUnknown) {
                    wrong.add("a read of unknown outcome");
                }
                wire.vertx.runOnContext(ignored -> next(caller));
            });
        }

        private void check(String role, String sub, Rows rows) {
            if (rows.rows.size() != 10) {
                wrong.add(sub + " got " + rows.rows.size() + " rows");
            }
            for (List<String> row : rows.rows) {
                if (!row.subList(0, 3).equals(List.of(role, sub, sub))) {
                    wrong.add(role + " " + sub + " got " + row);
                }
            }
            right++;
        }

        private static Ask ask(String role, int kind) {
            return switch (kind) {
                case 0 -> Ask.write(role, "select 1/0");
                case 1 -> Ask.write(role, "select leave()");
                case 2 -> Ask.read(role, "select pg_sleep(0.2)").within(Duration.ofMillis(30));
                case 3 ->
                    Ask.write(role, "update note set seen_by = current_user").ending(new Rollback());
                case 4 ->
                    Ask.write(role, "update note set seen_by = current_user").ending(new Decide(() -> false));
                case 5 -> Ask.bounded(role, "select 1/(random() * 0)::int");
                case 6 -> Ask.bounded(role, "select leave()");
                case 7 -> Ask.read(role, READ);
                default -> Ask.bounded(role, READ);
            };
        }
    }
}
