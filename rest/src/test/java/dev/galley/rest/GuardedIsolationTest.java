package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others change between the moment in which a write looks at its tag and the moment in which it commits. */
class GuardedIsolationTest {
    private static final String WITH_LINES = "/notes?id=eq.1&select=id,body,lines(text)";
    private static final String OF_VIEW = "/shown?id=eq.1";

    private static RestServer rest;

    /** A write to the row waits inside a trigger, behind its snapshot and before its commit, as long as the test holds the lock. */
    @BeforeAll
    static void open() throws Exception {
        rest = new RestServer(
                false, """
                do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
                create table notes (id int primary key, body text);
                create table lines (id int primary key, note int references notes, text text);
                create view shown with (security_invoker) as
                    select n.id, n.body, (select string_agg(l.text, ',' order by l.id) from lines l where l.note = n.id) as lines from notes n;
                grant select, insert, update, delete on notes, lines, shown to rest_member;
                create function hold() returns trigger language plpgsql as
                    $f$ begin perform pg_advisory_xact_lock_shared(20); return new; end $f$;
                create trigger hold before update on notes for each row execute function hold();
                """, Set.of("rest_member"), "app.settings.level=serializable", "query.aggregates=true");
    }

    @AfterAll
    static void close() throws Exception {
        rest.close();
    }

    @BeforeEach
    void fill() {
        rest.execute(
                "truncate notes, lines; insert into notes values (1, 'one'); insert into lines values (1, 1, 'x')");
    }

    private static String tag(String path) throws Exception {
        return rest.get(path).headers().firstValue("ETag").orElseThrow();
    }

    private static void untilWaiting(String event, CompletableFuture<?> request) {
        String waiting = "select count(*) from pg_stat_activity where wait_event = '" + event
                + "' and datname = current_database()";
        while (!rest.query(waiting).equals(List.of("1"))) {
            assertThat(request).as("a request that has to wait").isNotDone();
        }
    }

    /** The answer to a write of the note, in whose middle the other does what it does. */
    private static HttpResponse<String> interrupted(String path, String isolation, List<String> other)
            throws Exception {
        String read = tag(path);
        try (Connection lock = rest.connect();
                Connection second = rest.connect()) {
            lock.createStatement().execute("select pg_advisory_lock(20)");
            var late = rest.start("PATCH", path, "{\"body\":\"late\"}", "If-Match", read);
            untilWaiting("advisory", late);
            second.setAutoCommit(false);
            second.createStatement().execute("set transaction isolation level " + isolation);
            for (String each : other) second.createStatement().execute(each);
            second.commit();
            lock.createStatement().execute("select pg_advisory_unlock(20)");
            return late.get(30, TimeUnit.SECONDS);
        }
    }

    /** Each has read what the other writes: without the other's undoing no order of the two explains both. */
    @Test
    void ofTwoWritesThatHaveReadEachOthersRowsOneIsUndone() throws Exception {
        for (String path : List.of(WITH_LINES, OF_VIEW)) {
            fill();
            var late = interrupted(
                    path,
                    "serializable",
                    List.of("select body from notes where id = 1", "update lines set text = 'new' where note = 1"));
            assertThat(late.statusCode()).as(path + late.body()).isEqualTo(412);
            assertThat(late.body()).contains("GLY-REST20");
            assertThat(rest.query("select n.body || l.text from notes n join lines l on l.note = n.id"))
                    .containsExactly("onenew");
        }
    }

    /** The other one is such a write too: nothing but the two headers makes it so. */
    @Test
    void ofTwoTaggedWritesOfParentAndChildOneIsUndone() throws Exception {
        String childPath = "/lines?id=eq.1&select=id,notes(body)";
        String child = tag(childPath);
        String parent = tag(WITH_LINES);
        try (Connection lock = rest.connect()) {
            lock.createStatement().execute("select pg_advisory_lock(20)");
            var late = rest.start("PATCH", WITH_LINES, "{\"body\":\"late\"}", "If-Match", parent);
            untilWaiting("advisory", late);
            var first = rest.send("PATCH", childPath, "{\"text\":\"new\"}", "If-Match", child);
            assertThat(first.statusCode()).as(first.body()).isEqualTo(204);
            lock.createStatement().execute("select pg_advisory_unlock(20)");
            assertThat(late.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(412);
        }
        assertThat(rest.query("select n.body || l.text from notes n join lines l on l.note = n.id"))
                .containsExactly("onenew");
    }

    /** Who does not look at the note may well have come after its change: both changes stand. */
    @Test
    void aChangeThatReadsNothingOfItComesAfter() throws Exception {
        var late = interrupted(WITH_LINES, "read committed", List.of("insert into lines values (2, 1, 'y')"));
        assertThat(late.statusCode()).as(late.body()).isEqualTo(204);
        assertThat(rest.query(
                        "select n.body || ' ' || count(*) from notes n join lines l on l.note = n.id group by n.body"))
                .containsExactly("late 2");
    }

    /** A setting of the application that happens to have the value of a level is none. */
    @Test
    void aLevelIsKnownByItsName() throws Exception {
        String path = "/notes?id=eq.1";
        String read = tag(path);
        try (Connection other = rest.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("update notes set body = 'first' where id = 1");
            var late = rest.start("PATCH", path, "{\"body\":\"late\"}", "If-Match", read);
            untilWaiting("transactionid", late);
            other.commit();
            assertThat(late.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(412);
        }
        assertThat(rest.query("select body from notes")).containsExactly("first");
    }
}
