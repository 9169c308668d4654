-- Guards of the schemas that the API exposes: a new table has row level security, a new function is nobody's but its owner's.
-- Which schemas these are, and which guard is on, follows the settings at every start.
create table if not exists galley.exposed_schemas (
  name text primary key,
  secure_tables boolean not null,
  private_functions boolean not null
);
comment on table galley.exposed_schemas is 'The schemas that the API exposes and what happens to new objects in them. Written by Galley at start.';

create or replace function galley.guard_new_objects() returns event_trigger
language plpgsql
set search_path = ''
as $$
declare
  made record;
begin
  for made in
    select command.objid, command.object_type, guard.secure_tables, guard.private_functions
      from pg_catalog.pg_event_trigger_ddl_commands() as command
      join galley.exposed_schemas as guard on guard.name = command.schema_name
     where not command.in_extension
       and command.command_tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE FUNCTION', 'CREATE PROCEDURE')
  loop
    if made.object_type = 'table' and made.secure_tables then
      execute pg_catalog.format('alter table %s enable row level security', made.objid::pg_catalog.regclass);
    elsif made.object_type in ('function', 'procedure') and made.private_functions
      -- Privileges that were never touched: one that is only replaced keeps what it was given.
      and (select proacl is null from pg_catalog.pg_proc where oid = made.objid)
    then
      execute pg_catalog.format('revoke execute on routine %s from public', made.objid::pg_catalog.regprocedure);
    end if;
  end loop;
end
$$;
comment on function galley.guard_new_objects() is 'Turns row level security on for new tables, and takes new functions from PUBLIC, in exposed schemas.';

do $$
begin
  -- The trigger runs as whoever makes the table.
  grant usage on schema galley to public;
  grant select on galley.exposed_schemas to public;
  if not exists (select from pg_event_trigger where evtname = 'galley_guard_new_objects') then
    create event trigger galley_guard_new_objects on ddl_command_end execute function galley.guard_new_objects();
  end if;
exception
  when insufficient_privilege then raise notice 'event triggers need a superuser: new tables are not guarded';
end
$$;
