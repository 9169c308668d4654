-- Tables of two tenants. Every text of one that the other must never see contains CANARY and the tenant's letter; numbers, bytes and times have their own.
do $$ begin create role tenant_user nologin; exception when duplicate_object then null; end $$;
do $$ begin create role tenant_admin nologin bypassrls; exception when duplicate_object then null; end $$;
create extension if not exists btree_gist;

create function tenant() returns text language sql stable
  as $$ select nullif(current_setting('request.jwt.claims', true), '')::json ->> 'tenant' $$;

create table accounts (
  id int primary key, tenant text not null default tenant(), email text unique not null, secret text not null,
  balance numeric not null default 0 check (balance >= 0), key bytea, doc jsonb, tags text[], opened timestamptz default now());
create table orders (
  id int primary key, tenant text not null default tenant(), account int not null references accounts, note text not null,
  amount int not null default 1, unique (tenant, note));
create table lines (
  tenant text not null default tenant(), orders int references orders on delete cascade, number int, what text not null,
  primary key (orders, number));
create table bookings (
  id int primary key, tenant text not null default tenant(), room int not null, during tstzrange not null, guest text not null,
  exclude using gist (room with =, during with &&));
create table events (
  id int, tenant text not null default tenant(), kind text not null, what text not null, primary key (id, kind)) partition by list (kind);
create table events_a partition of events for values in ('a');
create table profiles (account int primary key references accounts, tenant text not null default tenant(), bio text not null);

insert into accounts select n, 'a', 'mail' || n || '@example.org', 'CANARY-A-secret-' || n, 918273645 + n,
    'CANARY-A'::bytea, jsonb_build_object('k', 'CANARY-A-doc'), array['CANARY-A-tag'], '1987-06-05T04:03:02Z' from generate_series(1, 5) n;
insert into accounts select n, 'b', 'mail' || n || '@example.org', 'CANARY-B-secret-' || n, 7, 'CANARY-B'::bytea,
    jsonb_build_object('k', 'CANARY-B-doc'), array['CANARY-B-tag'] from generate_series(11, 13) n;
insert into orders select n, 'a', 1 + n % 5, 'CANARY-A-note-' || n from generate_series(1, 5) n;
insert into orders select n, 'b', 11, 'CANARY-B-note-' || n from generate_series(11, 12) n;
insert into lines select 'a', n, 1, 'CANARY-A-line' from generate_series(1, 5) n;
insert into lines select 'b', n, 1, 'CANARY-B-line' from generate_series(11, 12) n;
insert into bookings select n, 'a', n, '[1987-06-05 04:03:02Z, 1987-06-06 04:03:02Z)', 'CANARY-A-guest' from generate_series(1, 5) n;
insert into bookings select n, 'b', n, '[2020-01-01Z, 2020-01-02Z)', 'CANARY-B-guest' from generate_series(11, 12) n;
insert into events select n, 'a', 'a', 'CANARY-A-event' from generate_series(1, 5) n;
insert into events select n, 'b', 'a', 'CANARY-B-event' from generate_series(11, 12) n;
insert into profiles select n, 'a', 'CANARY-A-bio' from generate_series(1, 5) n;
insert into profiles select n, 'b', 'CANARY-B-bio' from generate_series(11, 12) n;

do $$ declare name text; begin
  foreach name in array array['accounts', 'orders', 'lines', 'bookings', 'events', 'profiles'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy own on %I using (tenant = (select tenant())) with check (tenant = (select tenant()))', name);
    execute format('grant select, insert, update, delete on %I to tenant_user, tenant_admin', name);
  end loop;
end $$;
create view open_orders with (security_invoker) as select o.*, a.secret from orders o join accounts a on a.id = o.account;
grant select on open_orders to tenant_user, tenant_admin;

-- No rows are kept apart here, but columns are: pin has no grant.
create table cards (id int primary key, holder text not null, pin text not null unique check (pin <> 'bad'));
insert into cards values (1, 'Ann', 'CANARY-A-pin'), (2, 'Bob', 'CANARY-A-pin-2'), (3, 'Cid', 'known');
grant select (id, holder), insert (id, holder, pin), update (holder, pin), delete on cards to tenant_user;

-- What the role has no rights to at all, by names that nobody guesses.
create table hiddencanary_ledger (id int primary key, account int not null references accounts, entry text);
insert into hiddencanary_ledger values (1, 13, 'CANARY-A-entry');
create table hiddencanary_plans (id int primary key);
create table subscriptions (id int primary key, plan int references hiddencanary_plans);
grant select, insert on subscriptions to tenant_user;
create function hiddencanary_total(accounts_id int) returns int language sql stable as 'select 1';
create function total(hiddencanary_id text) returns int language sql stable as 'select 1';
revoke execute on function hiddencanary_total(int), total(text) from public;

create function my_accounts() returns setof accounts language sql stable as 'select * from public.accounts';
create function secret_of(id int) returns text language sql stable as 'select secret from public.accounts a where a.id = secret_of.id';
create function total(of_account int) returns numeric language sql stable
  as 'select sum(balance) from public.accounts a where a.id = of_account';
create function rename_all(label text) returns setof accounts language sql as 'update public.accounts set secret = label returning *';
create function label(accounts) returns text language sql stable as $$ select $1.secret || '!' $$;
