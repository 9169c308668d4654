-- Every name must be quoted and contains "Zq", so that one that reaches SQL unquoted is seen.
do $$ begin create role "Zq role" nologin; exception when duplicate_object then null; end $$;
create type "Zq Mood" as enum ('glad', 'sad');
create table "Zq Owner" ("Zq id" int primary key, "Zq name" text not null, "Zq select" jsonb, "Zq mood" "Zq Mood");
create table "Zq Item" (
  "Zq id" int primary key default 7, "Zq owner" int references "Zq Owner", "Zq ""text" text default 'none', "Zq num" numeric,
  "Zq day" date, "Zq tags" text[], "Zq span" int4range, "Zq doc" jsonb, "Zq key" bytea, "Zq on" bool);
create table "Zq Link" ("Zq a" int references "Zq Item", "Zq b" int references "Zq Owner", primary key ("Zq a", "Zq b"));
create view "Zq View" as select "Zq id", "Zq owner", "Zq num" from "Zq Item";
insert into "Zq Owner" select n, 'name ' || n, '{"a":[1,{"b":2}]}', 'glad' from generate_series(1, 5) n;
insert into "Zq Item" select n, 1 + n % 5, 'text ' || n, n, '2024-01-01'::date + n, array['x', 'y'], int4range(n, n + 2), '{"a":{"b":[1]}}', '\x00ff', n % 2 = 0
  from generate_series(1, 20) n;
insert into "Zq Link" select n, 1 + n % 5 from generate_series(1, 20) n;
grant select, insert, update, delete on all tables in schema public to "Zq role";
create function "Zq add"("Zq x" int, "Zq y" int default 1) returns int language sql immutable as 'select $1 + $2';
create function "Zq rows"("Zq most" int) returns setof "Zq Item" language sql stable as 'select * from public."Zq Item" where "Zq id" < $1';
create function "Zq all"(variadic "Zq v" int[]) returns int language sql stable as 'select cardinality($1)';
create function "Zq body"(json) returns json language sql volatile as 'select $1';
create function "Zq upper"("Zq Item") returns text language sql stable as 'select upper($1."Zq ""text")';
