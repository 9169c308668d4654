-- The schemas that exist before any service adds its own. A service that owns tables makes its schema itself.
do $$
declare
  superuser constant boolean := (select rolsuper from pg_roles where rolname = current_user);
  own_cluster constant boolean := superuser and current_user = 'supabase_admin';
  schema text;
begin
  if own_cluster and exists (select from pg_roles where rolname = 'postgres' and not rolsuper) then
    -- The owner of the database is the owner of the schema public too, and may add schemas and trusted extensions.
    execute format('alter database %I owner to postgres', current_database());
  end if;
  foreach schema in array array['galley', 'auth', 'extensions', 'graphql_public'] loop
    if to_regnamespace(schema) is null then
      execute format('create schema %I', schema);
    end if;
  end loop;
  if superuser then
    alter schema auth owner to supabase_auth_admin;
    grant usage, create on schema extensions to postgres;
    grant usage on schema auth, graphql_public to postgres;
  end if;
end
$$;

do $$
declare
  statement text;
begin
  for statement in
    select 'revoke create on schema public from public'
    union all
    select format('grant usage on schema %I to %I', schema, role)
      from unnest(array['public', 'auth', 'extensions', 'graphql_public']) as schema,
           unnest(array['anon', 'authenticated', 'service_role']) as role
     where to_regnamespace(schema) is not null and exists (select from pg_roles where rolname = role)
       and not has_schema_privilege(role, schema, 'usage')
  loop
    begin
      execute statement;
    exception
      when insufficient_privilege then raise notice 'not possible for this login: %', statement;
    end;
  end loop;
end
$$;

-- Extensions that migrations take for granted.
do $$
declare
  extension text;
begin
  foreach extension in array array['pgcrypto', 'uuid-ossp'] loop
    begin
      execute format('create extension if not exists %I with schema extensions', extension);
    exception
      when insufficient_privilege or undefined_file or undefined_object or feature_not_supported then
        raise notice 'the extension % could not be made: %', extension, sqlerrm;
    end;
  end loop;
end
$$;
