-- The roles that callers act as, the login that may become them, and the names that dumps of such projects mention.
-- A login that is no superuser makes what it may; what is missing then is reported at start, not an error here.
do $$
declare
  superuser constant boolean := (select rolsuper from pg_roles where rolname = current_user);
  -- Our own cluster: there the users' migrations run as "postgres", which must be no superuser.
  own_cluster constant boolean := superuser and current_user = 'supabase_admin';
  wanted record;
begin
  for wanted in
    select *
      from (values
        ('anon', 'nologin', 'nologin', false),
        ('authenticated', 'nologin', 'nologin', false),
        ('service_role', 'nologin bypassrls', 'nologin', false),
        ('authenticator', 'login noinherit', 'login noinherit', false),
        ('postgres', case when own_cluster then 'login createdb createrole replication bypassrls' else 'nologin' end, 'nologin', true),
        ('supabase_admin', 'nologin', 'nologin', true),
        ('supabase_auth_admin', 'nologin noinherit', 'nologin', true),
        ('supabase_storage_admin', 'nologin noinherit', 'nologin', true),
        ('supabase_realtime_admin', 'nologin noinherit', 'nologin', true),
        ('supabase_functions_admin', 'nologin noinherit', 'nologin', true),
        ('supabase_replication_admin', 'nologin', 'nologin', true),
        ('supabase_read_only_user', 'nologin', 'nologin', true),
        ('dashboard_user', 'nologin', 'nologin', true),
        ('pgbouncer', 'nologin', 'nologin', true),
        ('pgsodium_keyiduser', 'nologin', 'nologin', true),
        ('pgsodium_keyholder', 'nologin', 'nologin', true),
        ('pgsodium_keymaker', 'nologin', 'nologin', true)
      ) as role (name, attributes, at_least, only_for_dumps)
     where not exists (select from pg_roles where rolname = role.name)
       and (superuser or not only_for_dumps)
  loop
    begin
      execute format('create role %I %s', wanted.name, wanted.attributes);
    exception
      -- Roles belong to the whole server: another database of it may be set up at this moment.
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        begin
          execute format('create role %I %s', wanted.name, wanted.at_least);
        exception
          when insufficient_privilege then raise notice 'the role % could not be made', wanted.name;
        end;
    end;
  end loop;
end
$$;

-- Memberships.
do $$
declare
  superuser constant boolean := (select rolsuper from pg_roles where rolname = current_user);
  owner_is_ours constant boolean :=
    superuser and current_user = 'supabase_admin' and exists (select from pg_roles where rolname = 'postgres' and not rolsuper);
  api_roles constant text[] := array['anon', 'authenticated', 'service_role'];
  -- From version 16 on, whoever makes a role may manage it but not become it.
  become constant text := case when current_setting('server_version_num')::int >= 160000 then ' with inherit false, set true' else '' end;
  statement text;
begin
  for statement in
    select format('grant %I to authenticator', role) from unnest(api_roles) as role
    union all
    select format('grant %I to current_user%s', role, become) from unnest(api_roles) as role where not superuser
    union all
    select format('grant %I to postgres with admin option', role)
      from unnest(api_roles || array['authenticator']) as role where owner_is_ours
    union all
    select format('grant %I to postgres', role)
      from unnest(array['pg_monitor', 'pg_read_all_data', 'pg_signal_backend']) as role where owner_is_ours
    union all
    select 'grant pg_read_all_data to supabase_read_only_user' where superuser
  loop
    begin
      execute statement;
    exception
      when insufficient_privilege or undefined_object or invalid_grant_operation then
        raise notice 'not possible for this login: %', statement;
    end;
  end loop;
end
$$;

-- Limits of the roles, unless somebody has set others.
do $$
declare
  wanted record;
begin
  for wanted in
    select *
      from (values
        ('anon', 'statement_timeout', '3s'),
        ('authenticated', 'statement_timeout', '8s'),
        ('authenticator', 'statement_timeout', '8s'),
        ('authenticator', 'lock_timeout', '8s')
      ) as setting (role, name, value)
     where exists (select from pg_roles where rolname = role)
       and not exists (
         select from pg_roles, unnest(rolconfig) as config
          where rolname = role and config like setting.name || '=%')
  loop
    begin
      execute format('alter role %I set %I = %L', wanted.role, wanted.name, wanted.value);
    exception
      when insufficient_privilege then raise notice 'the % of % could not be set', wanted.name, wanted.role;
    end;
  end loop;
end
$$;

-- What the owner of a project changes without being a superuser: "alter role authenticator set pgrst.db_schemas = ...".
do $$
declare
  parameter text;
begin
  if current_user <> 'supabase_admin' or not (select rolsuper from pg_roles where rolname = current_user) then
    return;
  end if;
  alter role postgres set search_path = "$user", public, extensions;
  foreach parameter in array array[
    'pgrst.db_schemas', 'pgrst.db_extra_search_path', 'pgrst.db_max_rows', 'pgrst.db_pre_request', 'pgrst.db_anon_role',
    'pgrst.db_aggregates_enabled', 'pgrst.db_plan_enabled', 'pgrst.db_tx_end', 'pgrst.db_root_spec', 'pgrst.db_pre_config',
    'pgrst.db_prepared_statements', 'pgrst.db_hoisted_tx_settings', 'pgrst.openapi_mode', 'pgrst.openapi_server_proxy_uri',
    'pgrst.jwt_aud', 'pgrst.jwt_role_claim_key', 'pgrst.jwt_secret', 'pgrst.server_cors_allowed_origins',
    'pgrst.server_timing_enabled', 'pgrst.server_trace_header', 'app.settings.jwt_secret', 'app.settings.jwt_exp']
  loop
    execute format('grant set on parameter %I to postgres', parameter);
  end loop;
end
$$;
