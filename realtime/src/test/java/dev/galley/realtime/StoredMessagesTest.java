package dev.galley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StoredMessagesTest {
    private static RealtimeServer server;

    @BeforeAll
    static void start() {
        server = RealtimeServer.start("realtime.max-payload=2000");
        server.sql("""
            create policy reads on realtime.messages for select to authenticated using (realtime.topic() like 'log%');
            create table notes (id int primary key, text text);
            create function note_told() returns trigger language plpgsql as $$
            begin
              perform realtime.broadcast_changes('log:notes', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
              return null;
            end $$;
            create trigger told after insert or update or delete on notes for each row execute function note_told();
            """);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** In a channel that hears messages of the database from now on. */
    private static Client hearer(RealtimeServer at, String topic, boolean isPrivate) {
        Client client = Client.connect(at, RealtimeServer.ANN);
        client.joined(topic, "{'private':" + isPrivate + ",'broadcast':{'replication_ready':true}}");
        assertThat(client.nextWith("'system'")).contains("Replication connection established");
        return client;
    }

    @Test
    void areBroadcastWhenTheyAreCommittedAndNotBefore() {
        try (Client ann = hearer(server, "log:1", true);
                Client open = hearer(server, "log:1", false)) {
            server.sql("begin; select realtime.send('{\"n\": 0}', 'undone', 'log:1'); rollback");
            server.sql("select realtime.send('{\"n\": 1}', 'told', 'log:1'), realtime.send('{\"n\": 2}', 'told',"
                    + " 'log:1')");
            assertThat(ann.next())
                    .matches("binary realtime:log:1 told \\{'id':'[0-9a-f-]{36}','position':'[^']+'} 1 \\{'n': 1, 'id':"
                            + " '[^']+'}");
            assertThat(ann.next()).contains("'n': 2");
            server.sql("select realtime.send('{\"id\": 7}', 'open', 'log:1', false)");
            assertThat(open.next()).contains("realtime:log:1 open").contains("{'id': 7}");
            assertThat(ann.all()).isEmpty();
            server.sql("select realtime.send_binary('\\x00ff41', 'raw', 'log:1')");
            assertThat(ann.next()).contains(" raw ").endsWith("A");
        }
    }

    @Test
    void tellOfChangedRowsByATrigger() {
        try (Client ann = hearer(server, "log:notes", true)) {
            server.sql("insert into notes values (1, 'milk'); update notes set text = 'bread'; delete from notes");
            assertThat(ann.next())
                    .contains("realtime:log:notes INSERT")
                    .contains("'record': {'id': 1, 'text': 'milk'}")
                    .contains("'old_record': null");
            assertThat(ann.next()).contains("UPDATE").contains("'bread'");
            assertThat(ann.next()).contains("DELETE").contains("'record': null");
        }
    }

    @Test
    void reachTheClientsOfEveryNodeOnce() {
        try (RealtimeServer second = server.secondNode();
                Client ann = hearer(server, "log:2", true);
                Client ben = hearer(second, "log:2", true)) {
            server.sql("select realtime.send('{\"n\": 1}', 'told', 'log:2')");
            assertThat(ann.next()).contains("told");
            assertThat(ben.next()).contains("told");
            assertThat(ann.all() + ben.all()).isEmpty();
        }
    }

    @Test
    void arePlayedAgainToWhoMayReadThem() {
        server.sql("select realtime.send('{\"n\": 1}', 'told', 'log:3'), realtime.send('{\"n\": 2}', 'told', 'log:3'),"
                + " realtime.send('{\"n\": 3}', 'told', 'log:3'), realtime.send('{\"n\": 4}', 'open', 'log:3', false)");
        String replay = "{'private':true,'broadcast':{'replay':{'since':%s,'limit':2}}}";
        try (Client ann = Client.connect(server, RealtimeServer.ANN)) {
            ann.joined("log:3", replay.formatted("0"));
            assertThat(ann.next()).contains("'replayed':true").contains("'n': 2");
            assertThat(ann.next()).contains("'n': 3");
            assertThat(ann.all()).isEmpty();
            assertThat(ann.join("log:3", replay.formatted("'yesterday'")))
                    .contains("UnableToReplayMessages: Replay params are not valid");
            assertThat(ann.join("log:3", replay.formatted("99999999999999999")))
                    .contains("Replay params are not valid");
            assertThat(ann.join("log:3", "{'broadcast':{'replay':{'since':0}}}"))
                    .contains("UnableToReplayMessages: Replay is not allowed for public channels");
            assertThat(ann.join("den", replay.formatted("0"))).contains("Unauthorized");
        }
    }

    @Test
    void leaveOutWhatIsTooLongAndWhatIsNoMessage() {
        try (Client ann = hearer(server, "log:4", true)) {
            server.sql("select realtime.send(jsonb_build_object('x', repeat('y', 3000)), 'long', 'log:4')");
            server.sql("insert into realtime.messages (topic, extension, event, private, payload)"
                    + " values ('log:4', 'presence', 'e', true, '{}'), ('log:4', 'broadcast', null, true, '{}')");
            server.sql("select realtime.send('{}', 'last', 'log:4')");
            assertThat(ann.next()).contains("last");
        }
    }

    @Test
    void failWithoutHarmToTheirTransaction() {
        server.sql("begin; insert into notes values (9, 'kept'); select realtime.send('{}', 'e', null); commit");
        assertThat(server.query("select text from notes where id = 9")).containsExactly("kept");
        server.sql("delete from notes");
    }

    @Test
    void areKeptForSomeDaysInPartitions() {
        DateTimeFormatter name = DateTimeFormatter.ofPattern("'messages_'yyyy_MM_dd");
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        server.sql("create table realtime." + today.minusDays(4).format(name)
                + " partition of realtime.messages for values from ('" + today.minusDays(4) + "') to ('"
                + today.minusDays(3) + "')");
        server.sql("select galley.keep_message_partitions(3, 3)");
        assertThat(server.query(
                        "select relname from pg_class where relname like 'messages\\_2%' and relkind = 'r' order by 1"))
                .contains(today.format(name), today.plusDays(3).format(name))
                .doesNotContain(today.minusDays(4).format(name));
    }

    @Test
    void cannotBeReadOrWrittenAroundThePolicies() {
        String partition = "realtime."
                + LocalDate.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("'messages_'yyyy_MM_dd"));
        for (String role : new String[] {"anon", "authenticated"}) {
            assertThat(server.query(
                            "select has_table_privilege('" + role + "', '" + partition + "', 'select, insert')"))
                    .containsExactly("f");
            assertThat(server.query("select has_table_privilege('" + role + "', 'galley.realtime_key', 'select')"))
                    .containsExactly("f");
            assertThat(server.query("select has_function_privilege('" + role
                            + "', 'galley.keep_message_partitions(int, int)', 'execute')"))
                    .containsExactly("f");
        }
    }
}
