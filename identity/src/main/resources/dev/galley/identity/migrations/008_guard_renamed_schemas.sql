-- A schema that gets the name of an exposed one (ALTER SCHEMA ... RENAME) brings all that is in it: it is guarded like what is made there.
alter table galley.exposed_schemas add column if not exists id oid;
comment on column galley.exposed_schemas.id is 'The schema that had this name when the settings were applied; null where there was none.';

create or replace function galley.guard_renamed_schemas() returns event_trigger
language plpgsql
set search_path = ''
as $$
declare
  found record;
begin
  for found in
    select relation.oid::pg_catalog.regclass::text as name, 'table' as kind
      from pg_catalog.pg_event_trigger_ddl_commands() as command
      join pg_catalog.pg_namespace as schema on schema.oid = command.objid
      -- Nothing says whether this was a new name or a new owner, but that another schema had the name before.
      join galley.exposed_schemas as guard on guard.name = schema.nspname and guard.id is distinct from schema.oid
      join pg_catalog.pg_class as relation on relation.relnamespace = schema.oid
     where guard.secure_tables and relation.relkind in ('r', 'p') and not relation.relrowsecurity
       and not exists (select from pg_catalog.pg_depend where classid = 'pg_catalog.pg_class'::pg_catalog.regclass
         and objid = relation.oid and deptype = 'e')
    union all
    select routine.oid::pg_catalog.regprocedure::text, 'routine'
      from pg_catalog.pg_event_trigger_ddl_commands() as command
      join pg_catalog.pg_namespace as schema on schema.oid = command.objid
      join galley.exposed_schemas as guard on guard.name = schema.nspname and guard.id is distinct from schema.oid
      join pg_catalog.pg_proc as routine on routine.pronamespace = schema.oid
     -- Privileges that were never touched; aggregates have no other name for their type than that of a function.
     where guard.private_functions and routine.proacl is null
       and not exists (select from pg_catalog.pg_depend where classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
         and objid = routine.oid and deptype = 'e')
  loop
    if found.kind = 'table' then
      execute pg_catalog.format('alter table %s enable row level security', found.name);
    else
      execute pg_catalog.format('revoke execute on routine %s from public', found.name);
    end if;
  end loop;
end
$$;
comment on function galley.guard_renamed_schemas() is
  'Turns row level security on for the tables of a schema that gets the name of an exposed one, and takes its functions from PUBLIC.';

do $$
begin
  if not exists (select from pg_event_trigger where evtname = 'galley_guard_renamed_schemas') then
    create event trigger galley_guard_renamed_schemas on ddl_command_end when tag in ('ALTER SCHEMA')
      execute function galley.guard_renamed_schemas();
  end if;
exception
  when insufficient_privilege then raise notice 'event triggers need a superuser: renamed schemas are not guarded';
end
$$;
