-- What is moved into an exposed schema (ALTER ... SET SCHEMA) is guarded like what is made there.

create or replace function galley.guard_new_objects() returns event_trigger
language plpgsql
set search_path = ''
as $$
declare
  made record;
  -- The tables guarded in this transaction: whoever turns row level security off behind that means it.
  guarded text := coalesce(pg_catalog.current_setting('galley.guarded', true), '');
begin
  for made in
    select command.classid, command.objid, command.object_type, guard.secure_tables, guard.private_functions
      from pg_catalog.pg_event_trigger_ddl_commands() as command
      join galley.exposed_schemas as guard on guard.name = command.schema_name
     where not command.in_extension
       and (command.command_tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE FUNCTION', 'CREATE PROCEDURE')
         or command.command_tag in ('ALTER TABLE', 'ALTER FUNCTION', 'ALTER PROCEDURE', 'ALTER ROUTINE')
           -- Nothing says that an object was moved but that its tie to its schema is of this transaction.
           and exists (
             select from pg_catalog.pg_depend as tie
              where tie.classid = command.classid and tie.objid = command.objid and tie.objsubid = 0
                and tie.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                and pg_catalog.age(tie.xmin) <= pg_catalog.age(pg_catalog.pg_current_xact_id()::pg_catalog.xid)))
  loop
    if made.object_type = 'table' and made.secure_tables then
      continue when guarded like pg_catalog.format('%% %s %%', made.objid);
      guarded := pg_catalog.concat(guarded, ' ', made.objid, ' ');
      -- Before the statement, which comes here again.
      perform pg_catalog.set_config('galley.guarded', guarded, true);
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
comment on function galley.guard_new_objects() is
  'Turns row level security on for tables that are made in exposed schemas or moved there, and takes such functions from PUBLIC.';
