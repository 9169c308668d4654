package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An error of the database tells no name of what policies, views, triggers and functions touch behind a request. */
class HiddenNamesTest {
    private static RestServer rest;

    @BeforeAll
    static void open() throws Exception {
        rest = new RestServer(false, """
                do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
                do $$ begin create role rest_owner nologin; exception when duplicate_object then null; end $$;
                create schema vault;
                create table vault.buried (id int);
                create function vault.judge() returns boolean language sql as 'select true';
                revoke execute on function vault.judge() from public;
                create table ledger (id int primary key, secret int);
                create table forbidden (id int primary key, ledger int references ledger);
                create table notes (id int primary key, body text);
                create table rules (id int primary key);
                create table judged (id int primary key);
                insert into judged values (1);
                create table deep (id int primary key);
                create table lines (id int primary key, ledger int references ledger, note int references notes);
                create table strict (id int primary key);
                grant select, insert, update, delete on notes, rules, judged, deep, lines, strict to rest_member;
                grant usage on schema vault to rest_owner;
                alter table rules enable row level security;
                create policy own on rules using (exists (select from ledger)) with check (exists (select from ledger));
                alter table deep enable row level security;
                create policy own on deep using ((select true from ledger limit 1));
                alter table judged enable row level security;
                create function asks() returns boolean language plpgsql as 'begin return vault.judge(); end';
                create policy own on judged using (asks());
                alter table strict enable row level security;
                create policy own on strict using (id < 10);
                create view peeks with (security_invoker) as select * from ledger;
                create view owned as select * from ledger;
                alter view owned owner to rest_owner;
                grant select, insert, update, delete on peeks, owned to rest_member;
                create function looks() returns int language sql as 'select 1 from ledger';
                create function stores() returns void language sql as 'insert into ledger values (1, 2)';
                create function buries() returns int language plpgsql as 'begin return (select id from vault.buried); end';
                create function checks() returns boolean language plpgsql as 'begin return vault.judge(); end';
                create function reads() returns bigint language sql as 'select count(*) from forbidden';
                create function says() returns int language plpgsql as
                    $f$ begin raise insufficient_privilege using message = 'not on ledger night', hint = 'ask us'; end $f$;
                create function denied() returns int language sql as 'select 1';
                revoke execute on function denied() from public;
                alter table strict force row level security;
                create table trail (id int);
                alter table trail enable row level security;
                create policy never on trail with check (false);
                grant insert on trail to rest_owner;
                grant usage, create on schema public to rest_owner;
                create function trails() returns trigger language plpgsql security definer as
                    'begin insert into trail values (new.id); return new; end';
                alter function trails() owner to rest_owner;
                create trigger trails before insert on notes for each row execute function trails();
                create table vaulted (id int primary key check (id < 9999), hush int not null);
                insert into vaulted values (4711, 1);
                create function repeats() returns void language sql security definer as 'insert into vaulted values (4711, 4711)';
                create function forgets() returns void language sql security definer as 'insert into vaulted values (1, null)';
                create function exceeds() returns void language sql security definer as 'insert into vaulted values (47110, 1)';
                create table rules_of_rows (id int primary key check (id > 0));
                insert into rules_of_rows values (1);
                grant insert on rules_of_rows to rest_member;
                """, Set.of("rest_member"));
    }

    @AfterAll
    static void close() throws Exception {
        rest.close();
    }

    private static void assertHidden(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(403);
        assertThat(response.body()).isEqualTo("""
                {"code":"42501","message":"permission denied","details":null,"hint":null}""");
        assertThat(response.headers().toString()).doesNotContain("ledger", "vault", "trail");
    }

    private static void assertTold(HttpResponse<String> response, String message) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(403);
        assertThat(response.body()).contains("\"message\":\"" + message + "\"");
    }

    @Test
    void readsTellNothingOfWhatStandsBehindATable() throws Exception {
        for (String path : List.of("/rules", "/deep", "/judged", "/peeks", "/owned", "/rules?select=ledger:id")) {
            assertHidden(rest.get(path));
        }
        assertHidden(rest.get("/lines?select=*,ledger:lines_ledger_fkey(*)"));
    }

    @Test
    void writesTellNothingOfWhatStandsBehindATable() throws Exception {
        assertHidden(rest.send("POST", "/rules", "{\"id\":1}"));
        assertHidden(rest.send("PATCH", "/rules?id=eq.1", "{\"id\":2}"));
        assertHidden(rest.send("DELETE", "/rules?id=eq.1", ""));
        assertHidden(rest.send("POST", "/peeks", "{\"id\":1}"));
        assertHidden(rest.send("PATCH", "/owned?id=eq.1", "{\"id\":1}"));
        assertHidden(rest.send("PUT", "/rules?id=eq.1", "{\"id\":1}"));
        assertHidden(rest.send("POST", "/notes", "{\"id\":1,\"body\":\"a policy of the trail refuses\"}"));
    }

    @Test
    void callsTellNothingOfWhatTheyTouch() throws Exception {
        for (String function : List.of("looks", "stores", "buries", "checks", "reads")) {
            assertHidden(rest.send("POST", "/rpc/" + function, "{}"));
        }
        assertHidden(rest.get("/rpc/looks?select=*"));
    }

    @Test
    void whatTheRequestNamesIsToldInPostgresWords() throws Exception {
        assertTold(rest.get("/ledger"), "permission denied for table ledger");
        assertTold(rest.send("POST", "/ledger", "{\"id\":1}"), "permission denied for table ledger");
        assertTold(rest.send("DELETE", "/forbidden?id=eq.1", ""), "permission denied for table forbidden");
        assertTold(rest.get("/lines?select=*,ledger(*)"), "permission denied for table ledger");
        assertTold(rest.get("/rpc/denied"), "permission denied for function denied");
        assertTold(
                rest.send("POST", "/strict", "{\"id\":11}"),
                "new row violates row-level security policy for table \\\"strict\\\"");
    }

    @Test
    void constraintsOfHiddenRelationsAreNotTold() throws Exception {
        for (String call : List.of("repeats", "forgets", "exceeds")) {
            var response = rest.send("POST", "/rpc/" + call, "{}");
            assertThat(response.statusCode()).isBetween(400, 409);
            assertThat(response.body())
                    .contains("\"code\":\"23", "violates a constraint", "\"details\":null")
                    .doesNotContain("vaulted", "hush", "4711");
        }
        var own = rest.send("POST", "/rules_of_rows", "{\"id\":1}");
        assertThat(own.statusCode()).isEqualTo(409);
        assertThat(own.body()).contains("constraint \\\"rules_of_rows_pkey\\\"");
        assertThat(rest.send("POST", "/rules_of_rows", "{\"id\":-1}").body())
                .contains("relation \\\"rules_of_rows\\\"", "rules_of_rows_id_check");
    }

    @Test
    void whatAFunctionSaysItselfStays() throws Exception {
        var response = rest.get("/rpc/says");
        assertTold(response, "not on ledger night");
        assertThat(response.body()).contains("\"hint\":\"ask us\"");
    }
}
