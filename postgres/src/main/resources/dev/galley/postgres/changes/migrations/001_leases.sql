-- Who among the nodes may do what only one may do, until when; the epoch rises with each change of hands.
create table galley.leases (
  name       text        primary key,
  holder     uuid        not null,
  epoch      bigint      not null,
  expires_at timestamptz not null
);
revoke all on galley.leases from public;

-- A change of the schema, of policies or of rights is told in the stream of changes, in its place among the others: what was
-- committed after it is judged by the new rules.
create function galley.tell_schema_change() returns event_trigger language plpgsql set search_path = '' as $$
begin
  perform pg_catalog.pg_logical_emit_message(true, 'galley.schema', '');
end
$$;

do $$
begin
  create event trigger galley_schema_change on ddl_command_end execute function galley.tell_schema_change();
  create event trigger galley_schema_drop on sql_drop execute function galley.tell_schema_change();
exception
  when insufficient_privilege then raise notice 'changes of the schema are not told in the stream of changes';
end
$$;
