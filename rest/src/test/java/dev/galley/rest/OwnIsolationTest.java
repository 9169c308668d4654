package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A database that is serializable by its own setting stays so, whatever a request asks for. */
class OwnIsolationTest {
    private static RestServer rest;

    @BeforeAll
    static void open() throws Exception {
        rest = new RestServer(false, """
                do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
                do $$ begin create role rest_clerk nologin; exception when duplicate_object then null; end $$;
                do $$ begin execute format('alter database %I set default_transaction_isolation = serializable', current_database()); end $$;
                do $$ begin execute format('alter role rest_clerk in database %I set default_transaction_isolation = ''read committed''', current_database()); end $$;
                create table notes (id int primary key, body text, level text);
                insert into notes values (1, 'one', '');
                create function level() returns text language sql stable as $$ select current_setting('transaction_isolation') $$;
                create function note() returns trigger language plpgsql as $$
                  begin new.level := current_setting('transaction_isolation'); return new; end $$;
                create trigger note before insert or update on notes for each row execute function note();
                grant select, insert, update on notes to rest_member, rest_clerk;
                """, Set.of("rest_member", "rest_clerk"));
    }

    @AfterAll
    static void close() throws Exception {
        rest.close();
    }

    private static HttpResponse<String> tx(String isolation, String... headers) throws Exception {
        String document = "{" + isolation + "'steps':[{'method':'GET','path':'/rpc/level'}]}";
        return rest.send("POST", "/tx", document.replace('\'', '"'), headers);
    }

    @Test
    void noDocumentWeakensIt() throws Exception {
        for (String isolation : List.of(
                "", "'isolation':'read committed',", "'isolation':'repeatable read',", "'isolation':'serializable',")) {
            var response = tx(isolation);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.body()).as(isolation).contains("\"body\":\"serializable\"");
        }
    }

    @Test
    void neitherDoesATagNorAnOrdinaryRequest() throws Exception {
        assertThat(rest.get("/rpc/level").body()).isEqualTo("\"serializable\"");
        String tag = rest.get("/notes?id=eq.1").headers().firstValue("ETag").orElseThrow();
        assertThat(rest.send("PATCH", "/notes?id=eq.1", "{\"body\":\"two\"}", "If-Match", tag)
                        .statusCode())
                .isEqualTo(204);
        assertThat(rest.query("select level from notes where body = 'two'")).containsExactly("serializable");
        assertThat(rest.send("POST", "/notes", "{\"id\":2}").statusCode()).isEqualTo(201);
        assertThat(rest.query("select level from notes where id = 2")).containsExactly("serializable");
    }

    /** What is set for a role is stronger than what is set for the database, as in PostgreSQL. */
    @Test
    void aRoleMayHaveALevelOfItsOwn() throws Exception {
        assertThat(rest.get("/rpc/level", "As-Role", "rest_clerk").body()).isEqualTo("\"read committed\"");
        assertThat(tx("'isolation':'repeatable read',", "As-Role", "rest_clerk").body())
                .contains("\"body\":\"repeatable read\"");
    }
}
