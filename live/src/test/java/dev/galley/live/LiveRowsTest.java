package dev.galley.live;

import static dev.galley.live.Audience.caller;
import static dev.galley.live.Audience.user;
import static dev.galley.live.Audience.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.identity.Caller;
import dev.galley.identity.IdentityMigrations;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.Migration;
import dev.galley.postgres.Migrations;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.PostgresSettings;
import dev.galley.postgres.changes.ChangeMigrations;
import dev.galley.postgres.changes.ChangeSettings;
import dev.galley.postgres.changes.LogicalChangeStream;
import dev.galley.postgres.changes.Position;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireObserver;
import dev.galley.postgres.wire.WireRequestTransaction;
import dev.galley.postgres.wire.WireSettings;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveRowsTest {
    private static final TestPostgres POSTGRES = TestPostgres.shared();
    private static final String ANN = "00000000-0000-0000-0000-00000000000a";
    private static final String BEN = "00000000-0000-0000-0000-00000000000b";

    private static DatabaseAddress address;
    private static Vertx vertx;
    private static PlatformDatabase database;
    private static LogicalChangeStream stream;
    private static WireRequestTransaction transactions;
    private static LiveRows live;
    private static final List<LiveRows.Subscription> OPEN = new ArrayList<>();

    @BeforeAll
    static void start() {
        address = POSTGRES.createDatabase();
        Settings settings = new Settings(new FlagLayer());
        database =
                PlatformDatabase.open(address, PostgresSettings.from(settings).pool());
        List<Migration> migrations = new ArrayList<>(IdentityMigrations.all());
        migrations.addAll(ChangeMigrations.all());
        new Migrations(database, migrations).run();
        POSTGRES.execute(address, """
            create table open (id bigint primary key, title text, secret text, done boolean, price numeric);
            grant select (id, title, done, price) on open to authenticated;
            revoke select on open from anon;
            create table owned (id bigint primary key, user_id uuid, body text);
            alter table owned enable row level security;
            create policy own on owned for select to authenticated using ((select auth.uid()) = user_id);
            create table rooms (id bigint primary key, room int, body text);
            create table members (room int, user_id uuid, primary key (room, user_id));
            alter table rooms enable row level security;
            create policy members_read on rooms for select to authenticated
              using (exists (select from members m where m.room = rooms.room and m.user_id = auth.uid()));
            create table tenants (id bigint primary key, tenant text);
            alter table tenants enable row level security;
            create policy tenant on tenants for select to authenticated using ((auth.jwt() ->> 'tenant') = tenant);
            create table strict (id bigint primary key, owner uuid, n int);
            alter table strict enable row level security;
            create policy strict on strict for select to authenticated using (1 / n > 0 and owner = auth.uid());
            create table keyless (a int);
            grant select on open, owned, rooms, members, tenants, strict, keyless to authenticated, service_role;
            revoke select on open from authenticated;
            grant select (id, title, done, price) on open to authenticated;
            alter publication supabase_realtime add table open, owned, rooms, tenants, strict, keyless;
            """);
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
        transactions = new WireRequestTransaction(vertx, address, WireSettings.from(settings), WireObserver.NONE, 2);
        stream = new LogicalChangeStream(database, ChangeSettings.from(settings), UUID.randomUUID());
        live = new LiveRows(
                stream, database, transactions, vertx, 2, "\"public\", \"extensions\"", LiveSettings.from(settings));
    }

    @AfterAll
    static void stop() throws Exception {
        live.close();
        stream.close();
        transactions.close().toCompletionStage().toCompletableFuture().get();
        vertx.close().toCompletionStage().toCompletableFuture().get();
        database.close();
        POSTGRES.query(
                address,
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
                        + " where database = current_database() and not active");
    }

    @AfterEach
    void leave() {
        OPEN.forEach(LiveRows.Subscription::close);
        OPEN.clear();
    }

    private static Audience hear(Caller caller, String... wishes) throws Exception {
        return hear(caller, Optional.empty(), wishes);
    }

    private static Audience hear(Caller caller, Optional<Position> after, String... wishes) throws Exception {
        Audience audience = new Audience();
        List<Wish> all = new ArrayList<>();
        for (String each : wishes) {
            all.add(wish(each));
        }
        OPEN.add(live.subscribe(caller, all, after, audience));
        return audience;
    }

    private static void sql(String script) {
        POSTGRES.execute(address, script);
    }

    private static List<String> ids(List<Audience.Told> told) {
        return told.stream().map(each -> each.value("id")).toList();
    }

    @Test
    void aChangeHasTheShapeOfTheProtocol() throws Exception {
        Audience ann = hear(user(ANN), "{'event':'*','schema':'public','table':'open'}");
        sql("""
            insert into open values (100, 'a "b"', 'hidden', true, 1.50);
            update open set title = 'c', id = 101 where id = 100;
            delete from open where id = 101;
            """);
        ann.await(list -> list.stream()
                .anyMatch(each -> each.data().path("old_record").toString().equals("{\"id\":101}")));
        // What was committed a moment before may still be on its way when somebody begins to listen.
        List<Audience.Told> told = ann.told.subList(ann.told.size() - 3, ann.told.size());
        assertThat(told.get(0).data().toString())
                .isEqualTo(("{'schema':'public','table':'open','commit_timestamp':'"
                                + told.get(0).data().path("commit_timestamp").asString()
                                + "','type':'INSERT','columns':[{'name':'id','type':'int8'},{'name':'title','type':'text'},"
                                + "{'name':'done','type':'bool'},{'name':'price','type':'numeric'}],'record':{'id':100,'title':'a"
                                + " \\'b\\'','done':true,'price':1.5},'errors':null}")
                        .replace('\'', '"'));
        assertThat(told.get(0).data().path("commit_timestamp").asString())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(told.get(1).data().path("old_record").toString()).isEqualTo("{\"id\":100}");
        assertThat(told.get(1).value("title")).isEqualTo("c");
        assertThat(told.get(2).data().path("old_record").toString()).isEqualTo("{\"id\":101}");
        assertThat(told.get(2).data().has("record")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        title=eq.a                 | 1
        title=neq.a                | 2 3
        title=not.eq.a             | 2 3
        title=in.(a,b)             | 1 2
        title=in.("a","c,d")       | 1 3
        title=eq."c,d"             | 3
        title=like.c%              | 3
        title=ilike.C%             | 3
        title=match.^[ab]$         | 1 2
        title=imatch.^A$           | 1
        title=lt.b                 | 1
        id=gt.201                  | 2 3 4
        id=lte.202                 | 1 2
        id=gte.202,id=lt.204       | 2 3
        price=eq.1.0               | 1
        price=gt.1.5               | 2 3
        price=isdistinct.1         | 2 3 4
        done=is.true               | 1
        done=is.null               | 3 4
        done=not.is.null           | 1 2
        title=is.null              | 4
        """)
    void filtersCompareAsPostgresDoes(String filter, String expected) throws Exception {
        Audience filtered = hear(
                user(ANN),
                "{'schema':'public','table':'open','event':'INSERT','filter':'" + filter.replace("\"", "\\\"") + "'}");
        Audience all = hear(user(BEN), "{'schema':'public','table':'open','event':'INSERT'}");
        sql("""
            insert into open (id, title, done, price) values
              (201, 'a', true, 1.00), (202, 'b', false, 2), (203, 'c,d', null, 3), (204, null, null, null), (299, 'z', null, 9);
            delete from open;
            """);
        all.awaitRow("299");
        Audience later = hear(user(BEN), "{'schema':'public','table':'open','event':'DELETE'}");
        sql("insert into open (id) values (5); delete from open");
        later.await(list -> !list.isEmpty());
        assertThat(ids(filtered.told).stream().filter(id -> !id.equals("299") && !id.equals("5")))
                .containsExactlyElementsOf(
                        List.of(expected.split(" ")).stream().map(n -> "20" + n).toList());
    }

    @Test
    void rowsAreToldToThoseWhomThePoliciesLetSeeThem() throws Exception {
        String wish = "{'event':'*','schema':'public','table':'owned'}";
        Audience ann = hear(user(ANN), wish);
        Audience ben = hear(user(BEN), wish);
        Audience anon = hear(caller("anon", Optional.empty(), ""), wish);
        Audience service = hear(caller("service_role", Optional.empty(), ""), wish);
        sql("insert into owned select n, ('00000000-0000-0000-0000-00000000000' || case when n % 2 = 0 then 'a'"
                + " else 'b' end)::uuid, 'x' from generate_series(1, 10) n");
        service.await(list -> list.size() == 10);
        ann.awaitRow("10");
        ben.awaitRow("9");
        assertThat(ids(ann.told)).containsExactly("2", "4", "6", "8", "10");
        assertThat(ids(ben.told)).containsExactly("1", "3", "5", "7", "9");
        assertThat(anon.told)
                .allMatch(each -> each.data().path("errors").toString().contains("401"));

        // An update that moves a row out of sight tells nothing to whom it is hidden now.
        sql("update owned set user_id = '" + BEN + "', body = 'for ben' where id = 2");
        ben.awaitRow("2");
        assertThat(ids(ann.told)).hasSize(5);

        // Whoever may not see a row is still told that its key is gone, and nothing more.
        sql("alter table owned replica identity full; delete from owned where id = 2;"
                + " alter table owned replica identity default");
        ann.await(list -> list.getLast().data().path("type").asString().equals("DELETE"));
        assertThat(ann.told.getLast().data().path("old_record").toString()).isEqualTo("{\"id\":2}");
    }

    @Test
    void claimsAndMembershipsDecideAtDelivery() throws Exception {
        Audience red = hear(
                caller("authenticated", Optional.of(ANN), ",\"tenant\":\"red\""),
                "{'schema':'public','table':'tenants'}");
        Audience blue = hear(
                caller("authenticated", Optional.of(ANN), ",\"tenant\":\"blue\""),
                "{'schema':'public','table':'tenants'}");
        Audience member = hear(user(ANN), "{'schema':'public','table':'rooms'}");
        Audience end = hear(caller("service_role", Optional.empty(), ""), "{'schema':'public'}");
        sql("insert into tenants values (1, 'red'), (2, 'blue'); insert into members values (7, '" + ANN + "');"
                + " insert into rooms values (1, 7), (2, 8)");
        member.awaitRow("1");
        red.awaitRow("1");
        blue.awaitRow("2");
        sql("delete from members; insert into rooms values (3, 7); insert into open (id) values (999)");
        end.awaitRow("999");
        assertThat(ids(red.told)).containsExactly("1");
        assertThat(ids(blue.told)).containsExactly("2");
        assertThat(ids(member.told)).containsExactly("1");
    }

    @Test
    void aChangedPolicyAndRevokedColumnsHoldForWhatIsCommittedAfterThem() throws Exception {
        sql("""
            create table drift (id bigint primary key, owner uuid, note text);
            grant select on drift to authenticated, service_role;
            alter table drift enable row level security;
            create policy p on drift for select to authenticated using (auth.uid() = owner);
            alter publication supabase_realtime add table drift;
            """);
        Audience ann = hear(user(ANN), "{'schema':'public','table':'drift'}");
        Audience byNote = hear(user(ANN), "{'schema':'public','table':'drift','filter':'note=eq.canary'}");
        sql("""
            insert into drift values (1, '%1$s', 'canary');
            drop policy p on drift; create policy p on drift for select to authenticated using (true);
            insert into drift values (2, '%2$s', 'canary');
            revoke select on drift from authenticated; grant select (id, owner) on drift to authenticated;
            insert into drift values (3, '%1$s', 'canary');
            drop policy p on drift;
            insert into drift values (4, '%1$s', 'canary');
            create policy p on drift for select to authenticated using (true);
            insert into drift values (5, '%1$s', 'canary');
            """.formatted(ANN, BEN));
        ann.awaitRow("5");
        // Row 4 may be told when the later policy is in force by the time it is checked: it may be seen then.
        assertThat(ids(ann.told)).contains("2", "3", "5");
        ann.told.stream()
                .filter(each -> Integer.parseInt(each.value("id")) >= 3)
                .forEach(each -> assertThat(each.data().toString()).doesNotContain("canary"));
        assertThat(ids(byNote.told)).doesNotContain("3", "4", "5");
    }

    @Test
    void aPolicyThatRaisesSilencesOnlyThoseWhomItConcerns() throws Exception {
        Audience ann = hear(user(ANN), "{'schema':'public','table':'strict'}");
        Audience service = hear(caller("service_role", Optional.empty(), ""), "{'schema':'public','table':'strict'}");
        Audience other = hear(user(BEN), "{'schema':'public','table':'open'}");
        sql("insert into strict values (1, '" + ANN + "', 0); insert into open (id) values (77)");
        service.awaitRow("1");
        other.awaitRow("77");
        ann.awaitMissed();
        assertThat(ann.told).isEmpty();
        sql("delete from open where id = 77");
    }

    @Test
    void wildcardsAndSelectedColumns() throws Exception {
        Audience ann = hear(
                user(ANN),
                "{'event':'INSERT','schema':'*','table':'*'}",
                "{'event':'*','schema':'public','table':'open','select':['title']}");
        sql("insert into open (id, title) values (300, 't'); delete from open where id = 300");
        ann.await(list -> list.stream()
                .anyMatch(each -> each.data().path("old_record").toString().contains("300")));
        List<Audience.Told> told = ann.told.subList(ann.told.size() - 3, ann.told.size());
        assertThat(told.get(0).wishes()).containsExactly(0);
        assertThat(told.get(1).wishes()).containsExactly(1);
        assertThat(told.get(1).data().path("record").toString()).isEqualTo("{\"id\":300,\"title\":\"t\"}");
    }

    @Test
    void tablesWithoutAKeyAreToldAsAnError() throws Exception {
        Audience ann = hear(user(ANN), "{'schema':'public','table':'keyless'}");
        sql("insert into keyless values (1)");
        List<Audience.Told> told = ann.await(list -> !list.isEmpty());
        assertThat(told.getFirst().data().path("errors").toString())
                .isEqualTo("[\"Error 400: Bad Request, no primary key\"]");
        assertThat(told.getFirst().data().has("record")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {'schema':'public','table':'nothing'}                          | Please check Realtime is enabled
        {'schema':'public','table':'open','filter':'secret=eq.x'}      | invalid column for filter secret
        {'schema':'public','table':'open','filter':'id=eq.x'}          | invalid input syntax for type bigint
        {'schema':'public','table':'open','filter':'id=foo.1'}         | Error parsing `filter` params: ["foo", "1"]
        {'schema':'public','table':'open','filter':'title=match.('}    | invalid regular expression
        {'schema':'public','table':'open','filter':'id=like.1'}        | operator
        {'schema':'public','table':'open','filter':'title=is.true'}    | requires a boolean column
        {'schema':'public','table':'open','filter':'id=eq.1,'}         | empty segments
        {'schema':'public','table':'open','select':['secret']}         | invalid column for select secret
        {'schema':'public','table':'*','select':['id']}                | not supported for wildcard
        {'event':'*'}                                                  | No subscription params provided
        """)
    void whatCannotBeHadIsSaid(String wish, String message) {
        assertThatThrownBy(() -> hear(user(ANN), wish))
                .isInstanceOf(NotSubscribed.class)
                .hasMessageContaining(message);
    }

    @Test
    void resumingThroughManyCutsTellsEveryChangeOnceAndInOrder() throws Exception {
        sql("create table ticks (id bigint primary key); grant select on ticks to authenticated;"
                + " alter publication supabase_realtime add table ticks");
        Random random = new Random(42);
        AtomicBoolean cutting = new AtomicBoolean(true);
        AtomicInteger written = new AtomicInteger();
        Thread writer = Thread.ofVirtual().start(() -> {
            while (cutting.get()) {
                sql("insert into ticks values (" + written.incrementAndGet() + ")");
            }
        });
        List<String> seen = new ArrayList<>();
        Optional<Position> position = Optional.empty();
        for (int cut = 0; cut < 20; cut++) {
            Audience audience = new Audience();
            LiveRows.Subscription subscription =
                    live.subscribe(user(ANN), List.of(wish("{'schema':'public','table':'ticks'}")), position, audience);
            if (position.isEmpty()) {
                position = Optional.of(subscription.began());
            }
            int wanted = random.nextInt(15);
            List<Audience.Told> told = audience.await(list -> list.size() >= wanted);
            subscription.close();
            seen.addAll(ids(told));
            position = told.isEmpty() ? position : Optional.of(told.getLast().position());
        }
        cutting.set(false);
        writer.join();
        int end = written.incrementAndGet();
        sql("insert into ticks values (" + end + ")");
        Audience last = hear(user(ANN), position, "{'schema':'public','table':'ticks'}");
        last.awaitRow(Integer.toString(end));
        seen.addAll(ids(last.told));
        int first = Integer.parseInt(seen.getFirst());
        assertThat(seen)
                .isEqualTo(IntStream.rangeClosed(first, end)
                        .mapToObj(Integer::toString)
                        .toList());
    }

    @Test
    void thousandsWhoComeAndGoLeaveNothing() throws Exception {
        int before = live.callers();
        for (int i = 0; i < 2_000; i++) {
            Audience audience = new Audience();
            live.subscribe(
                            user(UUID.randomUUID().toString()),
                            List.of(wish("{'schema':'public','table':'owned'}")),
                            Optional.empty(),
                            audience)
                    .close();
        }
        Audience end = hear(user(ANN), "{'schema':'public','table':'open'}");
        sql("insert into open (id) values (4242); delete from open where id = 4242");
        end.awaitRow("4242");
        assertThat(live.callers()).isLessThanOrEqualTo(before + 1);
    }

    @Test
    void valuesArePrintedAsPostgresPrintsThem() throws Exception {
        sql("""
            create type pair as (a int, b text);
            create domain whole as int;
            create table many (id bigint primary key, f float8, ts timestamp, tz timestamptz, d date, j jsonb, arr int[], texts text[],
              nested int[][], p pair, w whole, u uuid, r int4range, i interval, n numeric, e text);
            grant select on many to authenticated;
            alter publication supabase_realtime add table many;
            """);
        Audience ann = hear(user(ANN), "{'schema':'public','table':'many'}");
        sql("""
            insert into many values (1, 1e20, '2024-01-02 03:04:05.678', '2024-01-02 03:04:05+02', '2024-01-02', '{"a": [1, null]}',
              '{1,NULL,3}', '{"a b","c,d","NULL",NULL,"q\\"x\\\\"}', '{{1,2},{3,4}}', row(1, 'x, "y"'), 7, gen_random_uuid(), '[1,5)',
              '1 day 02:00', 'NaN', E'tab\\t\\u0001 ü');
            insert into many (id, f, ts, tz) values (2, '-Infinity', 'infinity', '0044-03-15 12:00:00+00 BC');
            """);
        List<Audience.Told> told = ann.await(list -> list.size() == 2);
        for (int i = 0; i < 2; i++) {
            String printed = told.get(i).data().path("record").toString().replace("'", "''");
            assertThat(POSTGRES.query(
                            address,
                            "select case when to_jsonb(m) = '" + printed
                                    + "'::jsonb then 'equal' else to_jsonb(m)::text end from many m where id = "
                                    + (i + 1)))
                    .as(printed)
                    .containsExactly("equal");
        }
    }

    @Test
    void rowsThatAreTooLargeLoseTheirLargeValues() throws Exception {
        Audience ann = hear(user(ANN), "{'schema':'public','table':'open'}");
        sql("insert into open (id, title, done) values (888, repeat('x', 1100000), true); delete from open where"
                + " id = 888");
        Audience.Told large = ann.awaitRow("888").stream()
                .filter(each -> each.value("id").equals("888"))
                .findFirst()
                .orElseThrow();
        assertThat(large.data().path("errors").toString()).isEqualTo("[\"Error 413: Payload Too Large\"]");
        assertThat(large.data().path("record").toString()).startsWith("{\"id\":888,\"done\":true");
    }
}
