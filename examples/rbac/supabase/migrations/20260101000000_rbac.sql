-- Role-based access control: roles, what each may do, who has which; a hook that puts a user's roles into the access token; and
-- authorize('permission') for policies. The schema is not exposed by the API, so nobody reaches it but the developer and the hook.
create schema rbac;

create table rbac.roles (
  name text primary key check (name ~ '^[a-z][a-z0-9_]{0,62}$')
);
create table rbac.permissions (
  name text primary key check (name ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$')
);
create table rbac.role_permissions (
  role text not null references rbac.roles on update cascade on delete cascade,
  permission text not null references rbac.permissions on update cascade on delete cascade,
  primary key (role, permission)
);
create table rbac.user_roles (
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null references rbac.roles on update cascade on delete cascade,
  granted_at timestamptz not null default now(),
  primary key (user_id, role)
);
comment on table rbac.user_roles is 'Who has which role. A change counts from the user''s next access token on.';
comment on table rbac.role_permissions is 'What each role may do. A change counts at once.';

alter table rbac.roles enable row level security;
alter table rbac.permissions enable row level security;
alter table rbac.role_permissions enable row level security;
alter table rbac.user_roles enable row level security;

-- Runs as supabase_auth_admin for every access token. The claim is always set, so that none can come from anywhere else.
create function rbac.custom_access_token_hook(event jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select pg_catalog.jsonb_set(event, '{claims,user_roles}', coalesce((
    select pg_catalog.jsonb_agg(r.role order by r.role) from rbac.user_roles r where r.user_id = (event ->> 'user_id')::uuid), '[]'))
$$;
revoke all on function rbac.custom_access_token_hook (jsonb) from public, anon, authenticated;
grant usage on schema rbac to supabase_auth_admin;
grant execute on function rbac.custom_access_token_hook (jsonb) to supabase_auth_admin;
grant select on rbac.user_roles to supabase_auth_admin;
create policy "The hook reads the roles of all users" on rbac.user_roles for select to supabase_auth_admin using (true);

-- Whether one of the caller's roles has a permission. Without a token, without the hook, or for a misspelt name: no.
create function public.authorize(permission text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from rbac.role_permissions p
     where p.permission = authorize.permission
       and pg_catalog.jsonb_exists(coalesce(auth.jwt() -> 'user_roles', '[]'), p.role))
$$;
revoke all on function public.authorize (text) from public;
grant execute on function public.authorize (text) to anon, authenticated, service_role;
