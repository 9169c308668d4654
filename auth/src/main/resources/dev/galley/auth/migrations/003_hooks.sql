-- Hooks in SQL have the rights of supabase_auth_admin and no more: inside of a security definer's function nobody can change the role.
create or replace function galley.call_auth_hook(hook_schema text, hook_name text, event jsonb)
returns jsonb language plpgsql security definer set search_path = auth, pg_temp as $$
declare
  answer jsonb;
begin
  execute pg_catalog.format('select %I.%I($1)::jsonb', hook_schema, hook_name) into answer using event;
  return answer;
end
$$;
revoke all on function galley.call_auth_hook(text, text, jsonb) from public;
do $$
begin
  if exists (select from pg_roles where rolname = 'supabase_auth_admin')
     and (select rolsuper from pg_roles where rolname = current_user) then
    alter function galley.call_auth_hook(text, text, jsonb) owner to supabase_auth_admin;
  end if;
end
$$;
