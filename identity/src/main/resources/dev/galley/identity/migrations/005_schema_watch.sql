-- Tells every program that listens on the channel "pgrst" that tables, functions or privileges have changed.
create or replace function galley.pgrst_ddl_watch() returns event_trigger
language plpgsql
set search_path = ''
as $$
begin
  if exists (
    select from pg_catalog.pg_event_trigger_ddl_commands() as command
     where command.schema_name is distinct from 'pg_temp'
       and command.command_tag not in ('CREATE INDEX', 'ALTER INDEX', 'REINDEX', 'CREATE POLICY', 'ALTER POLICY', 'CREATE STATISTICS'))
  then
    notify pgrst, 'reload schema';
  end if;
end
$$;

create or replace function galley.pgrst_drop_watch() returns event_trigger
language plpgsql
set search_path = ''
as $$
begin
  if exists (
    select from pg_catalog.pg_event_trigger_dropped_objects() as dropped
     where not dropped.is_temporary
       and dropped.object_type in (
         'schema', 'table', 'foreign table', 'view', 'materialized view', 'table column', 'table constraint', 'function', 'procedure',
         'type', 'domain', 'composite type'))
  then
    notify pgrst, 'reload schema';
  end if;
end
$$;

do $$
begin
  if not exists (select from pg_event_trigger where evtname = 'pgrst_ddl_watch') then
    create event trigger pgrst_ddl_watch on ddl_command_end execute function galley.pgrst_ddl_watch();
  end if;
  if not exists (select from pg_event_trigger where evtname = 'pgrst_drop_watch') then
    create event trigger pgrst_drop_watch on sql_drop execute function galley.pgrst_drop_watch();
  end if;
exception
  when insufficient_privilege then raise notice 'event triggers need a superuser: changes of the schema are found by polling';
end
$$;
