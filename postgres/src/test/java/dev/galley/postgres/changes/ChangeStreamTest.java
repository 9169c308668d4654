package dev.galley.postgres.changes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.Migrations;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.PostgresSettings;
import dev.galley.postgres.testkit.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangeStreamTest {
    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private final List<AutoCloseable> open = new ArrayList<>();
    private DatabaseAddress address;

    @BeforeEach
    void database() {
        address = POSTGRES.createDatabase("""
            create table notes (id bigint primary key, title text, body text);
            create publication supabase_realtime for table notes;
            """);
        try (PlatformDatabase database = platform()) {
            new Migrations(database, ChangeMigrations.all()).run();
        }
    }

    @AfterEach
    void leaveNothing() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        eventually("no temporary slot is left", () -> slots("temporary").isEmpty());
        slots("not temporary").forEach(slot -> sql("select pg_drop_replication_slot('" + slot + "')"));
    }

    private PlatformDatabase platform() {
        return PlatformDatabase.open(
                address, new PostgresSettings.Pool(4, Duration.ofSeconds(5), Duration.ofSeconds(10)));
    }

    private static ChangeSettings settings(long bufferBytes, long retentionBytes) {
        return new ChangeSettings(
                List.of("supabase_realtime", "another"),
                bufferBytes,
                Duration.ofMinutes(10),
                retentionBytes,
                Duration.ofMillis(600),
                2,
                Duration.ofSeconds(10));
    }

    private LogicalChangeStream stream() {
        return stream(settings(8 << 20, 64 << 20));
    }

    private LogicalChangeStream stream(ChangeSettings settings) {
        PlatformDatabase database = platform();
        open.add(database);
        LogicalChangeStream stream = new LogicalChangeStream(database, settings, UUID.randomUUID());
        open.add(stream);
        return stream;
    }

    private static Recorder listen(ChangeStream stream, Optional<Position> after) throws InterruptedException {
        Recorder recorder = new Recorder();
        stream.subscribe(after, recorder);
        recorder.awaitBegan();
        return recorder;
    }

    private void sql(String script) {
        POSTGRES.execute(address, script);
    }

    private List<String> slots(String kind) {
        return POSTGRES.query(
                address, "select slot_name from pg_replication_slots where database = current_database() and " + kind);
    }

    private static void eventually(String what, java.util.function.BooleanSupplier condition)
            throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private void insert(int from, int to) {
        sql("insert into notes select n, 'note ' || n from generate_series(" + from + ", " + to + ") n");
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void tellsEveryKindOfChangeInOrder() throws Exception {
        Recorder heard = listen(stream(), Optional.empty());
        sql("""
            begin;
            insert into notes values (1, 'one', null);
            update notes set title = 'uno' where id = 1;
            update notes set id = 2 where id = 1;
            delete from notes;
            select pg_logical_emit_message(true, 'greeting', 'hello');
            commit;
            truncate notes;
            """);
        List<Change> seen = heard.awaitCount(8);

        assertThat(seen.stream().map(each -> each.getClass().getSimpleName()))
                .containsExactly(
                        "Insert",
                        "Update",
                        "Update",
                        "Delete",
                        "LogicalMessage",
                        "TransactionEnd",
                        "Truncate",
                        "TransactionEnd");
        assertThat(seen).isSortedAccordingTo((a, b) -> a.position().compareTo(b.position()));
        Change.Insert insert = (Change.Insert) seen.get(0);
        assertThat(insert.table().schema()).isEqualTo("public");
        assertThat(insert.table().columns())
                .extracting(Table.Column::name, Table.Column::typeName, Table.Column::identity)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("id", "int8", true),
                        org.assertj.core.api.Assertions.tuple("title", "text", false),
                        org.assertj.core.api.Assertions.tuple("body", "text", false));
        assertThat(insert.row().text(1)).contains("one");
        assertThat(insert.row().isNull(2)).isTrue();
        assertThat(((Change.Update) seen.get(1)).old()).isEmpty();
        assertThat(((Change.Update) seen.get(2)).old().orElseThrow().text(0)).contains("1");
        assertThat(((Change.Delete) seen.get(3)).old().text(0)).contains("2");
        Change.LogicalMessage message = (Change.LogicalMessage) seen.get(4);
        assertThat(message.prefix()).isEqualTo("greeting");
        assertThat(java.nio.charset.StandardCharsets.UTF_8
                        .decode(message.content())
                        .toString())
                .isEqualTo("hello");
    }

    @Test
    void goesOnFromAPositionInTheMiddleOfATransaction() throws Exception {
        ChangeStream stream = stream();
        Recorder first = listen(stream, Optional.empty());
        sql("begin; insert into notes values (1), (2), (3); commit; insert into notes values (4)");
        List<Change> seen = first.awaitCount(6);

        Recorder second = listen(stream, Optional.of(seen.get(0).position()));
        second.awaitCount(5);
        assertThat(second.inserted()).containsExactly("2", "3", "4");
    }

    @Test
    void aNewNodeTellsWhatWasMissedWhileNoneRan() throws Exception {
        LogicalChangeStream before = stream();
        Recorder heard = listen(before, Optional.empty());
        insert(1, 3);
        heard.awaitCount(4);
        before.close();
        insert(4, 6);

        Recorder resumed = listen(stream(), Optional.of(heard.last()));
        insert(7, 7);
        resumed.awaitCount(6);
        assertThat(resumed.inserted()).isEqualTo(numbers(4, 7));
        assertThat(resumed.seen()).noneMatch(Change.Gap.class::isInstance);
    }

    @Test
    void readsTheServersLogAgainForWhatMemoryHasLetGo() throws Exception {
        ChangeStream stream = stream(settings(20_000, 64 << 20));
        Recorder heard = listen(stream, Optional.empty());
        Position start = heard.awaitBegan();
        for (int i = 0; i < 10; i++) {
            insert(i * 100 + 1, i * 100 + 100);
        }
        heard.awaitCount(1010);

        Recorder late = listen(stream, Optional.of(start));
        late.awaitCount(1010);
        insert(1001, 1001);
        late.awaitCount(1012);
        assertThat(late.inserted()).isEqualTo(numbers(1, 1001));
        assertThat(heard.inserted()).isEqualTo(numbers(1, 1001));
    }

    @Test
    void survivesTheLossOfItsConnections() throws Exception {
        Recorder heard = listen(stream(), Optional.empty());
        for (int i = 1; i <= 20; i++) {
            insert(i, i);
            if (i % 5 == 0) {
                sql("select pg_terminate_backend(pid) from pg_stat_replication where application_name = 'galley"
                        + " changes'");
            }
        }
        heard.awaitCount(40);
        assertThat(heard.inserted()).isEqualTo(numbers(1, 20));
        assertThat(heard.seen()).noneMatch(Change.Gap.class::isInstance);
    }

    @Test
    void aDroppedSlotIsMadeAnewAndReadersThatWereAwayAreToldOfTheGap() throws Exception {
        LogicalChangeStream stream = stream();
        Recorder heard = listen(stream, Optional.empty());
        insert(1, 1);
        heard.awaitCount(2);
        stream.close();
        insert(2, 2);
        sql("select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database()");
        insert(3, 3);

        Recorder resumed = listen(stream(), Optional.of(heard.last()));
        List<Change> seen = resumed.awaitCount(1);
        assertThat(seen.getFirst())
                .isInstanceOfSatisfying(
                        Change.Gap.class, gap -> assertThat(gap.reason()).isEqualTo(Change.Reason.TOO_OLD));
        insert(4, 4);
        resumed.await(list -> list.size() >= 3);
        assertThat(resumed.inserted()).containsExactly("4");
    }

    @Test
    void aPositionOfAnotherDatabaseOrOfTheFutureIsAGap() throws Exception {
        ChangeStream stream = stream();
        Position now = listen(stream, Optional.empty()).awaitBegan();

        Recorder other = listen(stream, Optional.of(new Position(now.history() + 1, now.lsn(), 1)));
        assertThat(other.awaitCount(1).getFirst()).isInstanceOf(Change.Gap.class);
        Recorder future = listen(stream, Optional.of(new Position(now.history(), now.lsn() + (1L << 40), 1)));
        assertThat(future.awaitCount(1).getFirst()).isInstanceOf(Change.Gap.class);
        insert(1, 1);
        other.await(list -> list.size() >= 3);
        future.await(list -> list.size() >= 3);
        assertThat(other.inserted()).containsExactly("1");
        assertThat(future.inserted()).containsExactly("1");
    }

    @Test
    void largeTransactionsPassThroughLittleMemory() throws Exception {
        ChangeStream stream = stream(settings(1 << 20, 512L << 20));
        AtomicReference<Integer> rows = new AtomicReference<>(0);
        Recorder end = new Recorder();
        stream.subscribe(Optional.empty(), new ChangeStream.Listener() {
            @Override
            public void began(Position position) {
                end.began(position);
            }

            @Override
            public void changed(List<Change> changes) {
                rows.updateAndGet(n -> n
                        + (int) changes.stream()
                                .filter(Change.Insert.class::isInstance)
                                .count());
                end.changed(changes.stream()
                        .filter(c -> !(c instanceof Change.Insert))
                        .toList());
            }
        });
        end.awaitBegan();
        sql("insert into notes select n, repeat('x', 400) from generate_series(1, 50000) n");
        end.await(list -> list.stream().anyMatch(Change.TransactionEnd.class::isInstance));
        assertThat(rows.get()).isEqualTo(50_000);
        assertThat(end.seen()).noneMatch(Change.Gap.class::isInstance);
    }

    @Test
    void columnsAndTypesMayChangeInTheMiddle() throws Exception {
        Recorder heard = listen(stream(), Optional.empty());
        sql("""
            create type mood as enum ('sad', 'happy');
            insert into notes values (1, 'a');
            alter table notes add column mood mood default 'happy';
            insert into notes values (2, 'b');
            alter table notes alter column title type int using length(title);
            alter table notes drop column body;
            insert into notes values (3, 7);
            alter table notes rename to remarks;
            insert into remarks values (4, 8);
            """);
        heard.await(
                list -> list.stream().filter(Change.Insert.class::isInstance).count() == 4);
        List<Change.Insert> inserts = heard.seen().stream()
                .filter(Change.Insert.class::isInstance)
                .map(Change.Insert.class::cast)
                .toList();
        assertThat(inserts.stream()
                        .map(i -> i.table().columns().stream()
                                .map(c -> c.name() + " " + c.typeName())
                                .toList()
                                .toString()))
                .containsExactly(
                        "[id int8, title text, body text]",
                        "[id int8, title text, body text, mood mood]",
                        "[id int8, title int4, mood mood]",
                        "[id int8, title int4, mood mood]");
        assertThat(inserts.getLast().table().name()).isEqualTo("remarks");
        assertThat(heard.seen())
                .as("changes of the schema are told in their place")
                .anyMatch(
                        c -> c instanceof Change.LogicalMessage m && m.prefix().equals("galley.schema"));
    }

    @Test
    void largeValuesThatDidNotChangeAreMarkedOrTakenFromTheOldRow() throws Exception {
        sql("alter table notes alter column body set storage external");
        Recorder heard = listen(stream(), Optional.empty());
        sql("""
            insert into notes values (1, 'a', repeat('x', 10000));
            update notes set title = 'b';
            alter table notes replica identity full;
            update notes set title = 'c';
            """);
        heard.await(
                list -> list.stream().filter(Change.Update.class::isInstance).count() == 2);
        List<Change.Update> updates = heard.seen().stream()
                .filter(Change.Update.class::isInstance)
                .map(Change.Update.class::cast)
                .toList();
        assertThat(updates.get(0).row().isUnchanged(2)).isTrue();
        assertThat(updates.get(1).row().text(2).orElseThrow()).hasSize(10_000);
        assertThat(updates.get(1).old().orElseThrow().text(1)).contains("b");
    }

    @Test
    void oneNodeCaresForTheSlotAndAnotherTakesOver() throws Exception {
        LogicalChangeStream first = stream();
        Recorder one = listen(first, Optional.empty());
        LogicalChangeStream second = stream();
        Recorder two = listen(second, Optional.empty());
        insert(1, 1);
        one.awaitCount(2);
        two.awaitCount(2);
        String holder = "select holder from galley.leases where name = 'changes'";
        String before = POSTGRES.query(address, holder).getFirst();

        first.close();
        eventually(
                "another holds the lease",
                () -> !POSTGRES.query(address, holder).getFirst().equals(before));
        insert(2, 2);
        two.awaitCount(4);
        assertThat(two.inserted()).containsExactly("1", "2");
        assertThat(POSTGRES.query(address, "select epoch from galley.leases where name = 'changes'"))
                .containsExactly("2");
        assertThat(slots("not temporary")).hasSize(1);
    }

    @Test
    void theSlotMovesOnWhenTheLogGrowsBeyondWhatIsKept() throws Exception {
        Recorder heard = listen(stream(settings(1 << 20, 1 << 20)), Optional.empty());
        String kept = "select confirmed_flush_lsn from pg_replication_slots where not temporary and database ="
                + " current_database()";
        eventually("the slot is there", () -> !slots("not temporary").isEmpty());
        String before = POSTGRES.query(address, kept).getFirst();
        sql("insert into notes select n, repeat('x', 400) from generate_series(1, 10000) n");
        heard.awaitCount(10_001);
        eventually(
                "the slot moves on",
                () -> !POSTGRES.query(address, kept).getFirst().equals(before));
    }

    @Test
    void aClosedSubscriptionHearsNothingMore() throws Exception {
        ChangeStream stream = stream();
        Recorder closed = new Recorder();
        ChangeStream.Subscription subscription = stream.subscribe(Optional.empty(), closed);
        closed.awaitBegan();
        Recorder open = listen(stream, Optional.empty());
        subscription.close();
        insert(1, 1);
        open.awaitCount(2);
        assertThat(closed.seen()).isEmpty();
    }
}
