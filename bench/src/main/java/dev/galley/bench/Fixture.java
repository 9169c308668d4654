package dev.galley.bench;

/** The tables that the runs read and write, their policies, and the same work as SQL for {@code pgbench}. */
final class Fixture {
    static final int ITEMS = 100_000;
    static final String USER = "11111111-1111-4111-8111-111111111111";

    /** Run as the owner of the database. The policies are the usual ones: the user's id as an InitPlan. */
    static final String SCHEMA = """
            create table shops (id integer primary key, name text not null);
            create table items (
              id integer primary key, owner uuid not null, shop integer not null references shops, name text not null,
              price numeric not null, stock integer not null, active boolean not null, made timestamptz not null, note text);
            create table countries (id integer primary key, name text not null, note text not null);
            comment on table countries is '@cache';
            insert into countries select n, 'country ' || n, 'a note of some length on country number ' || n from generate_series(1, 1000) n;
            alter table countries enable row level security;
            create policy "all" on countries for select to authenticated using (true);
            create table writes (id bigint generated always as identity primary key, owner uuid not null default auth.uid(), body text not null);
            insert into shops select n, 'shop ' || n from generate_series(1, 100) n;
            insert into items
              select n, '%s', n %% 100 + 1, 'item number ' || n, n / 100.0, n %% 1000, n %% 2 = 0,
                timestamptz '2026-01-01 00:00+00' + n * interval '1 minute', 'a short note on item ' || n
              from generate_series(1, %d) n;
            create index on items (shop, id);
            comment on table items is '@graphql({"aggregate": {"enabled": true}})';
            alter table shops enable row level security;
            alter table items enable row level security;
            alter table writes enable row level security;
            create policy "all" on shops for select to authenticated using (true);
            create policy "own" on items to authenticated using (owner = (select auth.uid()));
            create policy "own" on writes to authenticated using (owner = (select auth.uid())) with check (owner = (select auth.uid()));
            grant select on shops, items, countries to authenticated;
            grant select, insert on writes to authenticated;
            create function thousand_as_json() returns json language sql stable as
              $$ select json_agg(row_to_json(t)) from (select * from items order by id limit 1000) t $$;
            create function sleep() returns void language sql as 'select pg_sleep(0.5)';
            create function add(a integer, b integer) returns integer language sql immutable as 'select a + b';
            grant execute on function thousand_as_json(), sleep(), add(integer, integer) to authenticated;
            """.formatted(USER, ITEMS);

    static final String VACUUM = "vacuum analyze items";

    private Fixture() {}

    /** One row by key as JSON under row level security: settings and statement in one implicit transaction, one Sync. */
    static String keyRead(String claims) {
        return """
            \\set id random(1, %d)
            \\startpipeline
            %s;
            select row_to_json(t) from (select * from public.items where id = :id) t;
            \\endpipeline
            """.formatted(ITEMS, settings(claims));
    }

    /** One inserted row under the same conditions. */
    static String insert(String claims) {
        return """
            \\startpipeline
            select set_config('role', 'authenticated', true), set_config('request.jwt.claims', '%s', true);
            insert into public.writes (body) values ('one row of the bench');
            \\endpipeline
            """.formatted(claims.replace("'", "''"));
    }

    /** An insert and two reads in one transaction, sent at once. */
    static String three(String claims) {
        return """
            \\set item random(1, %d)
            \\set shop random(1, 100)
            \\startpipeline
            begin;
            %s;
            insert into public.writes (body) values ('one row of the bench') returning id;
            select row_to_json(t) from (select * from public.items where id = :item) t;
            select row_to_json(t) from (select * from public.shops where id = :shop) t;
            commit;
            \\endpipeline
            """.formatted(ITEMS, settings(claims));
    }

    /** An insert, a read, and a read of what was inserted, each when the answer of the one before is there. */
    static String threeRoundTrips(String claims) {
        return """
            \\set item random(1, %d)
            begin;
            %s;
            insert into public.writes (body) values ('one row of the bench') returning id \\gset
            select row_to_json(t) from (select * from public.items where id = :item) t;
            select row_to_json(t) from (select body from public.writes where id = :id) t;
            commit;
            """.formatted(ITEMS, settings(claims));
    }

    /** One row by key the way PostgREST does it: each of the four statements waits for the answer of the one before. */
    static String fourRoundTrips(String claims) {
        return """
            \\set id random(1, %d)
            begin;
            %s;
            %s;
            commit;
            """.formatted(ITEMS, settings(claims), asJson("select * from public.items where id = :id"));
    }

    /** Twenty parents with five children each, what those refer to, and how many children there are: as a person would write it. */
    static String tree(String claims) {
        return """
            \\startpipeline
            %s;
            select json_agg(row_to_json(s)) from (
              select id, name,
                (select json_agg(row_to_json(i)) from (
                  select i.id, i.name, (select row_to_json(p) from (select name from public.shops p where p.id = i.shop) p) as shop
                  from public.items i where i.shop = shops.id order by i.id limit 5) i) as items,
                (select count(*) from public.items c where c.shop = shops.id) as total
              from public.shops order by id limit 20) s;
            \\endpipeline
            """.formatted(settings(claims));
    }

    /** The settings of a request, as one statement. */
    static String settings(String claims) {
        return """
            select set_config('search_path', '"public", "extensions"', true), set_config('role', 'authenticated', true), \
            set_config('request.jwt.claims', '%s', true), set_config('request.method', 'GET', true), \
            set_config('request.path', '/items', true), set_config('request.headers', '{"host":"localhost"}', true), \
            set_config('request.cookies', '{}', true)""".formatted(claims.replace("'", "''"));
    }

    /** Rows as one JSON text made by PostgreSQL, with what else it is asked about the answer. */
    static String asJson(String rows) {
        return "select count(r), coalesce(json_agg(r), '[]')::text, nullif(current_setting('response.headers', true), ''),"
                + " nullif(current_setting('response.status', true), '') from (" + rows + ") r";
    }
}
