package dev.galley.rest;

import static dev.galley.rest.RestServer.compact;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Answers from memory end when the service gets other settings: these decide what is shown, and to whom. */
class ResponseCacheReloadTest {
    private static final String SCRIPT = """
            do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
            create table cities (id int primary key, name text);
            create table notes (id int primary key);
            insert into cities values (1, 'Rome'), (2, 'Oslo');
            insert into notes values (1), (2);
            alter table notes enable row level security;
            create policy few on notes using (id <= current_setting('app.settings.most')::int);
            comment on table cities is '@cache';
            comment on table notes is '@cache';
            create function closed() returns void language plpgsql as $f$ begin raise sqlstate 'PT503'; end $f$;
            grant select on all tables in schema public to rest_member;
            """;

    private static final String[] USUAL = {"rest.cache-quiet=20ms", "app.settings.most=2"};

    @Test
    void everySettingHoldsAtOnce() throws Exception {
        try (RestServer rest = new RestServer(false, SCRIPT, Set.of("rest_member"), USUAL)) {
            String path = "/cities?select=id&order=id";
            String[][] changes = {
                {"query.max-rows=1"}, {"rest.etags=false"}, {"rest.max-response=1"}, {"query.pre-request=public.closed"}
            };
            for (String[] change : changes) {
                rest.reconfigure(USUAL);
                var old = CacheHits.hit(rest, path);
                rest.reconfigure("rest.cache-quiet=20ms", "app.settings.most=2", change[0]);
                var now = rest.get(path);
                assertThat(CacheHits.isHit(now)).as(change[0]).isFalse();
                assertThat(now.statusCode() + now.headers().map().keySet().toString() + now.body())
                        .as(change[0])
                        .isNotEqualTo(
                                old.statusCode() + old.headers().map().keySet().toString() + old.body());
            }
        }
    }

    @Test
    void whatPoliciesSeeOfTheSettingsHoldsAtOnce() throws Exception {
        try (RestServer rest = new RestServer(false, SCRIPT, Set.of("rest_member"), USUAL)) {
            assertThat(compact(CacheHits.hit(rest, "/notes"))).isEqualTo("[{\"id\":1},{\"id\":2}]");
            rest.reconfigure("rest.cache-quiet=20ms", "app.settings.most=1");
            assertThat(compact(rest.get("/notes"))).isEqualTo("[{\"id\":1}]");
            assertThat(compact(CacheHits.hit(rest, "/notes"))).isEqualTo("[{\"id\":1}]");
        }
    }
}
