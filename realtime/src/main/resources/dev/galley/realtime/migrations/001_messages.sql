-- Messages from the database, and what the policies of private channels are written on. One partition for each day (UTC).
do $$
begin
  if to_regnamespace('realtime') is null then
    create schema realtime;
  end if;
end
$$;

create table if not exists realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default (now() at time zone 'utc'),
  inserted_at timestamp not null default (now() at time zone 'utc'),
  id uuid not null default gen_random_uuid(),
  binary_payload bytea,
  primary key (id, inserted_at),
  constraint messages_payload_exclusive check (payload is null or binary_payload is null)
) partition by range (inserted_at);
comment on table realtime.messages is
  'Broadcasts sent by realtime.send(). Its policies decide who may read and write private channels: realtime.topic() is the channel.';
alter table realtime.messages enable row level security;
create index if not exists messages_inserted_at_topic_index on realtime.messages (inserted_at desc, topic)
  where extension = 'broadcast' and private is true;

create or replace function realtime.topic() returns text
language sql stable
as $$ select nullif(current_setting('realtime.topic', true), '')::text $$;
comment on function realtime.topic() is 'The channel that is asked for, without "realtime:"; for policies on realtime.messages.';

create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
language plpgsql
as $$
declare
  message_id constant uuid := gen_random_uuid();
begin
  perform set_config('realtime.topic', topic, true);
  -- Not the transaction's time, which would be the same for all of its messages.
  insert into realtime.messages (inserted_at, id, payload, event, topic, private, extension)
  values (
    clock_timestamp() at time zone 'utc',
    message_id,
    case when jsonb_typeof(payload) = 'object' and not payload ? 'id' then payload || jsonb_build_object('id', message_id) else payload end,
    event, topic, private, 'broadcast');
exception
  -- A message that cannot be sent must not undo the work that it tells of.
  when others then raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;
comment on function realtime.send(jsonb, text, text, boolean) is 'Broadcasts to the channel when the transaction commits.';

create or replace function realtime.send_binary(payload bytea, event text, topic text, private boolean default true) returns void
language plpgsql
as $$
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (inserted_at, binary_payload, event, topic, private, extension)
  values (clock_timestamp() at time zone 'utc', payload, event, topic, private, 'broadcast');
exception
  when others then raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;
comment on function realtime.send_binary(bytea, text, text, boolean) is 'Broadcasts bytes to the channel when the transaction commits.';

create or replace function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record, level text default 'ROW')
returns void
language plpgsql
as $$
begin
  if level = 'STATEMENT' then
    raise exception 'function can only be triggered for each row, not for each statement';
  end if;
  if operation not in ('INSERT', 'UPDATE', 'DELETE') then
    raise exception 'Unexpected operation type: %', operation;
  end if;
  perform realtime.send(
    jsonb_build_object('old_record', old, 'record', new, 'operation', operation, 'table', table_name, 'schema', table_schema),
    event_name, topic_name);
exception
  when others then raise exception 'Failed to process the row: %', sqlerrm;
end
$$;
comment on function realtime.broadcast_changes(text, text, text, text, text, record, record, text) is
  'For triggers: broadcasts the changed row to the channel when the transaction commits.';

create or replace function galley.keep_message_partitions(past_days int, coming_days int) returns void
language plpgsql
set search_path = ''
set timezone = 'UTC'
as $$
declare
  today constant date := current_date;
  day date;
  old record;
begin
  -- Nodes that do it at once do it one after the other.
  perform pg_catalog.pg_advisory_xact_lock(5207413, 6);
  for day in select today + n from pg_catalog.generate_series(0, coming_days) as n loop
    if pg_catalog.to_regclass('realtime.messages_' || pg_catalog.to_char(day, 'YYYY_MM_DD')) is null then
      execute pg_catalog.format('create table realtime.%I partition of realtime.messages for values from (%L) to (%L)',
        'messages_' || pg_catalog.to_char(day, 'YYYY_MM_DD'), day, day + 1);
      -- Nobody goes around the policies by naming a partition.
      execute pg_catalog.format('alter table realtime.%I enable row level security',
        'messages_' || pg_catalog.to_char(day, 'YYYY_MM_DD'));
    end if;
  end loop;
  for old in
    select part.relname
      from pg_catalog.pg_inherits join pg_catalog.pg_class as part on part.oid = inhrelid
     where inhparent = 'realtime.messages'::pg_catalog.regclass
       and part.relname ~ '^messages_\d{4}_\d\d_\d\d$'
       and pg_catalog.to_date(pg_catalog.substr(part.relname, 10), 'YYYY_MM_DD') < today - past_days
  loop
    execute pg_catalog.format('drop table realtime.%I', old.relname);
  end loop;
end
$$;
revoke execute on function galley.keep_message_partitions(int, int) from public;
comment on function galley.keep_message_partitions(int, int) is
  'Makes the partitions of realtime.messages for today and the coming days, and drops those of more than so many days ago.';
select galley.keep_message_partitions(3, 3);

do $$
declare
  statement text;
begin
  for statement in
    select format('grant usage on schema realtime to %I', role) from unnest(array['postgres', 'anon', 'authenticated', 'service_role']) as role
     where exists (select from pg_roles where rolname = role)
    union all
    select format('grant select, insert, update on realtime.messages to %I', role)
      from unnest(array['postgres', 'anon', 'authenticated', 'service_role']) as role
     where exists (select from pg_roles where rolname = role)
    union all
    -- Where it does not pass by all policies already.
    select 'create policy service_role on realtime.messages to service_role using (true) with check (true)'
     where exists (select from pg_roles where rolname = 'service_role' and not rolbypassrls)
       and not exists (select from pg_policies where schemaname = 'realtime' and tablename = 'messages' and policyname = 'service_role')
  loop
    begin
      execute statement;
    exception
      when insufficient_privilege then raise notice 'not possible for this login: %', statement;
    end;
  end loop;
  if (select rolsuper from pg_roles where rolname = current_user) then
    -- The developer, who is no superuser, writes policies on it: that is an owner's right.
    if exists (select from pg_roles where rolname = 'postgres' and not rolsuper) then
      grant supabase_realtime_admin to postgres;
    end if;
    grant usage, create on schema realtime to supabase_realtime_admin;
    alter table realtime.messages owner to supabase_realtime_admin;
  end if;
end
$$;

-- The stream of changes reads messages from here.
do $$
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime_messages_publication') then
    create publication supabase_realtime_messages_publication for table realtime.messages
      with (publish = 'insert', publish_via_partition_root = true);
  end if;
exception
  when insufficient_privilege then raise notice 'the publication of realtime.messages could not be made';
end
$$;
