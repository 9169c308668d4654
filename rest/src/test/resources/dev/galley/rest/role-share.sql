do $$ begin create role share_anon; exception when duplicate_object then null; end $$;
do $$ begin create role share_user; exception when duplicate_object then null; end $$;
create table notes (id int primary key, body text);
insert into notes values (1, 'one');
create function nap(seconds float) returns void language sql volatile as $$ select pg_sleep(seconds) $$;
grant usage on schema public to share_anon, share_user;
grant select, insert on notes to share_anon, share_user;
