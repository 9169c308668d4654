package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The description of a schema of 5,000 tables: what docs/rest.md says of its size and time. */
class OpenApiSizeTest {
    private static final int TABLES = 5000;

    @Test
    @Tag("slow")
    void fiveThousandTables() throws Exception {
        try (RestServer rest = new RestServer(false, """
                do $$ begin create role rest_member nologin; exception when duplicate_object then null; end $$;
                create procedure make(first int, last int) language plpgsql as $f$ begin
                    for n in first .. last loop
                        execute format('create table t%s (id bigint generated always as identity primary key, owner uuid not null, '
                            || 'name text not null, price numeric(10, 2) default 0, tags text[], made timestamptz not null default now(), '
                            || 'parent bigint references t%s)', n, greatest(n - 1, first));
                        execute format('grant select, insert on t%s to rest_member', n);
                        if n %% 500 = 0 then commit; end if;
                    end loop; end $f$;
                """.replace("%%", "%"), Set.of("rest_member"))) {
            rest.execute("call make(1, " + TABLES + ")");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
            while (rest.get("/t" + TABLES).statusCode() != 200)
                assertThat(System.nanoTime()).isLessThan(deadline);
            long start = System.nanoTime();
            var first = rest.get("/");
            Duration made = Duration.ofNanos(System.nanoTime() - start);
            assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
            start = System.nanoTime();
            assertThat(rest.get("/").body()).hasSameSizeAs(first.body());
            Duration again = Duration.ofNanos(System.nanoTime() - start);
            System.out.printf(
                    "description of %d tables: %.1f MiB, made in %d ms, again %d ms%n",
                    TABLES, first.body().length() / 1048576.0, made.toMillis(), again.toMillis());
            assertThat(first.body().length()).isLessThan(48 << 20);
            assertThat(made).isLessThan(Duration.ofSeconds(20));
            assertThat(again).isLessThan(Duration.ofSeconds(5));
        }
    }
}
