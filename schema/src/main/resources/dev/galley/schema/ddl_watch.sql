-- Announces changes of tables, views, functions, types and privileges on the channel pgrst, so that the schema is read again.
-- Only a superuser can make event triggers. Without them the program looks for changes by itself.

create or replace function galley.pgrst_ddl_watch() returns event_trigger
language plpgsql
set search_path = ''
as $$
declare
    command record;
begin
    for command in select * from pg_catalog.pg_event_trigger_ddl_commands() loop
        if (command.schema_name is null or command.schema_name not like 'pg\_temp%')
            and command.command_tag in (
                'CREATE SCHEMA', 'ALTER SCHEMA',
                'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE',
                'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE', 'IMPORT FOREIGN SCHEMA',
                'CREATE VIEW', 'ALTER VIEW', 'CREATE MATERIALIZED VIEW', 'ALTER MATERIALIZED VIEW',
                'CREATE INDEX', 'CREATE SEQUENCE', 'ALTER SEQUENCE',
                'CREATE FUNCTION', 'ALTER FUNCTION', 'ALTER ROUTINE', 'CREATE AGGREGATE', 'ALTER AGGREGATE',
                'CREATE TRIGGER', 'CREATE RULE', 'CREATE CAST',
                'CREATE TYPE', 'ALTER TYPE', 'CREATE DOMAIN', 'ALTER DOMAIN',
                'CREATE EXTENSION', 'ALTER EXTENSION', 'COMMENT',
                'GRANT', 'REVOKE')
            -- Of the indexes only those count that make a key.
            and (command.command_tag <> 'CREATE INDEX'
                or exists (select from pg_catalog.pg_index as i where i.indexrelid = command.objid and i.indisunique))
        then
            perform pg_catalog.pg_notify('pgrst', 'reload schema');
            return;
        end if;
    end loop;
end
$$;

create or replace function galley.pgrst_drop_watch() returns event_trigger
language plpgsql
set search_path = ''
as $$
declare
    dropped record;
begin
    for dropped in select * from pg_catalog.pg_event_trigger_dropped_objects() loop
        if not dropped.is_temporary
            and dropped.object_type in (
                'schema', 'table', 'table column', 'table constraint', 'foreign table', 'view', 'materialized view', 'index',
                'function', 'aggregate', 'trigger', 'rule', 'cast', 'type', 'domain', 'default value', 'extension')
        then
            perform pg_catalog.pg_notify('pgrst', 'reload schema');
            return;
        end if;
    end loop;
end
$$;

do $$
begin
    if not exists (select from pg_catalog.pg_event_trigger where evtname = 'pgrst_ddl_watch') then
        create event trigger pgrst_ddl_watch on ddl_command_end execute function galley.pgrst_ddl_watch();
    end if;
    if not exists (select from pg_catalog.pg_event_trigger where evtname = 'pgrst_drop_watch') then
        create event trigger pgrst_drop_watch on sql_drop execute function galley.pgrst_drop_watch();
    end if;
exception
    when insufficient_privilege or feature_not_supported then
        raise notice 'no event triggers: %', sqlerrm;
end
$$;
