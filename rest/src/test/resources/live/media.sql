-- Media types of the database, and plans that would tell too much.
do $$ begin create role media_user nologin; exception when duplicate_object then null; end $$;
do $$ begin create role media_other nologin; exception when duplicate_object then null; end $$;

create domain "text/plain" as text;
create domain "text/tab-separated-values" as text;
create domain "text/csv" as text;
create domain "image/png" as bytea;
create domain "application/json" as json;
create domain "pg/outfunc" as text;
create domain "*/*" as bytea;

create table pets (id int primary key, name text, owner int);
create table owners (id int primary key, name text);
insert into owners values (1, 'Ann');
insert into pets values (1, 'Rex', 1), (2, 'Tom', null);
alter table pets add foreign key (owner) references owners;
create view lines as select 1 as n;
create table numbers as select generate_series(1, 4) as val;
create function loud(pets) returns bool language sql stable as 'select true';
create function all_pets() returns setof pets language sql stable as 'select * from public.pets';

create function tsv_step(state text, next pets) returns "text/tab-separated-values" language sql
  as $$ select (state || next.id || E'\t' || next.name || E'\n')::"text/tab-separated-values" $$;
create aggregate tsv_agg(pets) (initcond = '', stype = "text/tab-separated-values", sfunc = tsv_step);
create function csv_step(state text, next pets) returns "text/csv" language sql
  as $$ select (state || next.id || ';' || next.name || E'\n')::"text/csv" $$;
create function csv_end(data "text/csv") returns "text/csv" language sql as $$
  select set_config('response.headers', '[{"Content-Disposition": "attachment"}]', true);
  select data $$;
create aggregate csv_agg(pets) (initcond = '', stype = "text/csv", sfunc = csv_step, finalfunc = csv_end);
create function out_step(state text, next anyelement) returns "pg/outfunc" language sql
  as $$ select (state || next::text || E'\n')::"pg/outfunc" $$;
create aggregate out_agg(anyelement) (initcond = '', stype = "pg/outfunc", sfunc = out_step);
create function any_step(state "*/*", next numbers) returns "*/*" language sql
  as $$ select (state || next.val::text::bytea)::"*/*" $$;
create function any_end(data "*/*") returns "*/*" language plpgsql as $$
begin
  if current_setting('request.headers', true)::json ->> 'accept' = 'magic/number' then
    perform set_config('response.headers', '[{"Content-Type": "magic/number"}]', true);
  end if;
  return data;
end $$;
create aggregate any_agg(numbers) (initcond = '', stype = "*/*", sfunc = any_step, finalfunc = any_end);

create function hello() returns "text/plain" language sql as $$ select 'hello, wörld'::"text/plain" $$;
create function hellos() returns setof "text/plain" language sql as $$ select 'a'::"text/plain" $$;
create function nobody() returns "text/plain" language sql as $$ select null::"text/plain" $$;
create function picture() returns "image/png" language sql as $$ select '\x89504e47005c0a'::bytea::"image/png" $$;
create function echo(bytea) returns "image/png" language sql as $$ select $1::"image/png" $$;
create function echo(text) returns "text/plain" language sql as $$ select $1::"text/plain" $$;
create function echo(json) returns json language sql as $$ select $1 $$;
create function echo(x int, y int) returns int language sql as $$ select x + y $$;
create function add(a int, b int) returns int language sql as $$ select a + b $$;

create table secretledger (id int primary key, pet int references pets, secretcolumn text);
create view totals as select p.name, (select count(*) from secretledger l where l.pet = p.id and l.secretcolumn = 'x') from pets p;
create table notes (id int primary key, tenant text, note text);
insert into notes select n, case when n = 1 then 'a' else 'b' end, 'note' from generate_series(1, 50) n;
alter table notes enable row level security;
create policy own on notes using (tenant = current_setting('request.jwt.claims', true)::json ->> 'tenant');
grant select, insert, update, delete on pets, owners, numbers, notes to media_user, media_other;
grant select on lines, totals to media_user, media_other;
revoke execute on function tsv_agg(pets) from public;
grant execute on function tsv_agg(pets) to media_user;
