package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A caller who can run any SQL tries to leave something for the next caller on the same connection. */
class LeftoversTest {
    private static final String SCHEMA = """
            do $$ begin
              create role wire_attacker; create role wire_victim;
            exception when duplicate_object then null; end $$;
            create function run(sql text) returns text language plpgsql as $$ begin execute sql; return 'done'; end $$;
            create table secret (id int primary key, owner text);
            insert into secret values (1, 'a'), (2, 'b');
            alter table secret enable row level security;
            create policy own on secret using (owner = current_setting('app.owner', true));
            grant select on secret to wire_attacker, wire_victim;
            create view quick as select id, run('set session app.owner = ''b''') as done from secret;
            grant select on quick to wire_attacker, wire_victim;
            """;

    private DatabaseAddress database;
    private WireHarness wire;

    @BeforeEach
    void start() {
        database = TestPostgres.shared().createDatabase(SCHEMA);
        // One regular connection and two express ones.
        wire = new WireHarness(database, SettingsFor.connections(3, 2));
    }

    @AfterEach
    void stop() {
        wire.close();
    }

    record Attack(String sql, String probe, String innocent) {}

    static Stream<Attack> attacks() {
        return Stream.of(
                new Attack("set session app.owner = 'b'", "select string_agg(owner, ',') from secret", null),
                new Attack(
                        "set session search_path = pg_temp",
                        "select current_setting('search_path')",
                        "\"$user\", public"),
                new Attack("set session statement_timeout = 1", "select current_setting('statement_timeout')", "0"),
                new Attack("set session timezone = 'Asia/Tokyo'", "select current_setting('timezone')", "UTC"),
                new Attack("set session datestyle = 'German'", "select date '2026-01-02'::text", "2026-01-02"),
                new Attack("set session role wire_attacker", "select current_user", "wire_victim"),
                new Attack(
                        "set session default_transaction_read_only = on",
                        "select current_setting('transaction_read_only')",
                        "off"),
                new Attack(
                        "create temp table secret as select 'stolen' as owner; grant all on pg_temp.secret to public",
                        "select string_agg(owner, ',') from secret",
                        null),
                new Attack("listen news", "select count(*)::text from pg_listening_channels()", "0"),
                new Attack(
                        "declare c cursor with hold for select 'mine'", "select count(*)::text from pg_cursors", "1"),
                new Attack(
                        "select pg_advisory_lock(7)",
                        "select count(*)::text from pg_locks where locktype = 'advisory'",
                        "0"),
                new Attack("create sequence s; select nextval('s')", "select lastval()::text", "error 55000"));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void nothingIsLeftOnARegularConnection(Attack attack) {
        TestPostgres.shared().execute(database, "grant create on schema public to wire_attacker");
        wire.run(Ask.write("wire_attacker", "select run($1)", attack.sql));
        assertThat(probe(wire, attack.probe)).isEqualTo(attack.innocent);
    }

    /** Without anything done between the two, since that could meet another session. */
    @ParameterizedTest
    @MethodSource("attacks")
    void nothingIsLeftForTheNextRequestBehindAPooler(Attack attack) {
        TestPostgres.shared().execute(database, "grant create on schema public to wire_attacker");
        try (WireHarness pooled = new WireHarness(database, SettingsFor.unnamedStatements())) {
            String session = pooled.value(Ask.write("wire_attacker", "select pg_backend_pid()"));
            pooled.run(Ask.write("wire_attacker", "select run($1)", attack.sql));
            assertThat(probe(pooled, attack.probe)).isEqualTo(attack.innocent);
            assertThat(pooled.value(Ask.write("wire_victim", "select pg_backend_pid()")))
                    .isEqualTo(session);
        }
    }

    private static String probe(WireHarness wire, String sql) {
        try {
            return wire.value(Ask.write("wire_victim", sql));
        } catch (dev.galley.postgres.DatabaseException e) {
            return "error " + ((dev.galley.postgres.DatabaseFailure.Refused) e.failure()).sqlState();
        }
    }

    @Test
    void aReplacedStatementCostsTheConnection() {
        Ask innocent = Ask.read("wire_victim", "select 'innocent'");
        wire.run(innocent);
        wire.run(innocent);
        List<String> names = List.of(wire.value(Ask.write(
                        "wire_attacker",
                        "select string_agg(name, ',') from pg_prepared_statements where statement = $1",
                        "select 'innocent'"))
                .split(","));
        assertThat(names).hasSize(1);
        String pid = wire.value(Ask.write("wire_attacker", "select pg_backend_pid()"));
        String replace = "deallocate " + names.getFirst() + "; prepare " + names.getFirst() + " as select ''evil''";
        wire.run(Ask.write("wire_attacker", "do $$ begin execute '" + replace + "'; end $$"));
        assertThat(wire.value(innocent)).isEqualTo("innocent");
        assertThat(wire.value(Ask.write("wire_attacker", "select pg_backend_pid()")))
                .isNotEqualTo(pid);
    }

    @Test
    void droppedStatementsArePreparedAgain() {
        Ask innocent = Ask.read("wire_victim", "select 'innocent'");
        wire.run(innocent);
        wire.run(Ask.write("wire_attacker", "select run('deallocate all')"));
        assertThat(wire.value(innocent)).isEqualTo("innocent");
    }

    @Test
    void aSettingLeftInTheExpressLaneIsGoneBeforeTheNextRequest() {
        Ask poison = Ask.bounded("wire_attacker", "select done from quick where id = 1")
                .with("app.owner", "a");
        Ask victim = Ask.bounded("wire_victim", "select coalesce(string_agg(owner, ','), 'nothing') from secret");
        for (int i = 0; i < 50; i++) {
            WireHarness.Call poisoned = wire.start(poison);
            WireHarness.Call probed = wire.start(victim);
            WireHarness.Call again = wire.start(poison);
            poisoned.get();
            again.get();
            probed.get();
            assertThat(probed.rows.only()).isEqualTo("nothing");
        }
    }

    @Test
    void withoutNamedStatementsSettingsAreGoneToo() {
        try (WireHarness pooled = new WireHarness(database, SettingsFor.unnamedStatements())) {
            pooled.run(Ask.write("wire_attacker", "select run('set session app.owner = ''b''')"));
            assertThat(pooled.value(Ask.read("wire_victim", "select coalesce(max(owner), 'nothing') from secret")))
                    .isEqualTo("nothing");
            assertThat(pooled.value(Ask.read("wire_victim", "select interval '1 day 01:00'::text || now()::text")))
                    .startsWith("1 day 01:00:00")
                    .endsWith("+00");
        }
    }

    @Test
    void theRoleCannotBeChangedByASetting() {
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> wire.run(Ask.write("wire_victim", "select 1").with("Role", "postgres")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
