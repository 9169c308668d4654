-- The nodes that serve this database at the moment, and the key by which they know each other. Nobody but the platform reads them.
create table if not exists galley.realtime_nodes (
  id uuid primary key,
  host text not null,
  port int not null,
  seen_at timestamptz not null default now()
);
comment on table galley.realtime_nodes is 'Nodes that share live messages, each with the time at which it last said that it lives.';

create table if not exists galley.realtime_key (
  one boolean primary key default true check (one),
  key bytea not null
);
comment on table galley.realtime_key is 'By which nodes prove to each other that they belong to this database.';
insert into galley.realtime_key (key)
select sha256((gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text)::bytea)
on conflict do nothing;

revoke all on galley.realtime_nodes, galley.realtime_key from public;
