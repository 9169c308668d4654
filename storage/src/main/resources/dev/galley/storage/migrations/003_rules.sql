-- Bytes follow rows: whatever takes a version out of the table, its bytes become garbage in the same transaction.
create or replace function galley.collect_object_version() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if old.version is not null and (tg_op = 'DELETE' or new.version is distinct from old.version) then
    insert into galley.object_garbage (version, due) values (old.version, pg_catalog.now()) on conflict (version) do update set due = excluded.due;
  end if;
  return null;
end
$$;
create or replace trigger galley_collect_object_version after delete or update of version on storage.objects
  for each row execute function galley.collect_object_version();

create or replace function storage.update_updated_at_column() returns trigger
language plpgsql
as $$
begin
  new.updated_at = pg_catalog.now();
  return new;
end
$$;
create or replace trigger update_objects_updated_at before update on storage.objects
  for each row execute function storage.update_updated_at_column();

create or replace function storage.enforce_bucket_name_length() returns trigger
language plpgsql
as $$
begin
  if length(new.name) > 100 then
    raise exception 'bucket name "%" is too long (% characters). Max is 100.', new.name, length(new.name);
  end if;
  return new;
end
$$;
create or replace trigger enforce_bucket_name_length_trigger before insert or update of name on storage.buckets
  for each row execute function storage.enforce_bucket_name_length();

create or replace function storage.protect_delete() returns trigger
language plpgsql
as $$
begin
  if coalesce(pg_catalog.current_setting('storage.allow_delete_query', true), '') <> 'true' then
    raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
      using errcode = '42501', hint = 'This prevents accidental data loss from orphaned objects.';
  end if;
  return null;
end
$$;
create or replace trigger protect_buckets_delete before delete on storage.buckets
  for each statement execute function storage.protect_delete();
create or replace trigger protect_objects_delete before delete on storage.objects
  for each statement execute function storage.protect_delete();

-- A version that may come to be: its bytes are garbage from the given time on, unless its row is there by then.
create or replace function galley.expect_object(object_version text, expires interval) returns void
language sql security definer
set search_path = ''
as $$
  insert into galley.object_garbage (version, due) values (object_version, pg_catalog.now() + expires)
$$;

-- Whether the caller may write this object: it is written and undone, so that row level security decides before any of its bytes
-- are taken. The search path stays the caller's: functions of policies may count on it.
create or replace function galley.admit_object(
  bucket text, object_name text, object_version text, owner_name text, object_metadata jsonb, object_user_metadata jsonb,
  upsert boolean, expires interval
) returns void
language plpgsql
as $$
declare
  owner_uuid constant uuid :=
    case when owner_name ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then owner_name::uuid end;
  written uuid;
begin
  begin
    if upsert then
      insert into storage.objects (bucket_id, name, version, owner, owner_id, metadata, user_metadata)
      values (bucket, object_name, object_version, owner_uuid, owner_name, object_metadata, object_user_metadata)
      on conflict (bucket_id, name) do update
        set version = excluded.version, owner = excluded.owner, owner_id = excluded.owner_id,
            metadata = excluded.metadata, user_metadata = excluded.user_metadata
      returning id into written;
    else
      insert into storage.objects (bucket_id, name, version, owner, owner_id, metadata, user_metadata)
      values (bucket, object_name, object_version, owner_uuid, owner_name, object_metadata, object_user_metadata);
    end if;
    raise sqlstate 'GLYOK';
  exception
    when sqlstate 'GLYOK' then null;
  end;
  perform galley.expect_object(object_version, expires);
end
$$;

-- Gives a version its row; empty when its time was over and its bytes are gone, or going.
create or replace function galley.publish_object(
  bucket text, object_name text, object_version text, owner_name text, object_metadata jsonb, object_user_metadata jsonb, upsert boolean
) returns setof storage.objects
language plpgsql
as $$
declare
  owner_uuid constant uuid :=
    case when owner_name ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then owner_name::uuid end;
begin
  delete from galley.object_garbage where version = object_version;
  if not found then
    return;
  end if;
  if upsert then
    return query
      insert into storage.objects (bucket_id, name, version, owner, owner_id, metadata, user_metadata)
      values (bucket, object_name, object_version, owner_uuid, owner_name, object_metadata, object_user_metadata)
      on conflict (bucket_id, name) do update
        set version = excluded.version, owner = excluded.owner, owner_id = excluded.owner_id,
            metadata = excluded.metadata, user_metadata = excluded.user_metadata
      returning *;
  else
    return query
      insert into storage.objects (bucket_id, name, version, owner, owner_id, metadata, user_metadata)
      values (bucket, object_name, object_version, owner_uuid, owner_name, object_metadata, object_user_metadata)
      returning *;
  end if;
end
$$;

-- Row level security decides; who may try at all is as in existing projects.
do $$
declare
  superuser constant boolean := (select rolsuper from pg_roles where rolname = current_user);
  owner_is_ours constant boolean :=
    superuser and current_user = 'supabase_admin' and exists (select from pg_roles where rolname = 'postgres' and not rolsuper);
  relation record;
  routine record;
  role text;
begin
  for relation in
    select c.oid::regclass as name from pg_class c where c.relnamespace = 'storage'::regnamespace and c.relkind = 'r'
  loop
    execute format('alter table %s enable row level security', relation.name);
    if superuser and exists (select from pg_roles where rolname = 'supabase_storage_admin') then
      execute format('alter table %s owner to supabase_storage_admin', relation.name);
    end if;
  end loop;
  if superuser and exists (select from pg_roles where rolname = 'supabase_storage_admin') then
    alter schema storage owner to supabase_storage_admin;
    for routine in select oid::regprocedure as name from pg_proc where pronamespace = 'storage'::regnamespace loop
      execute format('alter function %s owner to supabase_storage_admin', routine.name);
    end loop;
  end if;
  if owner_is_ours then
    -- Migrations of users make policies and indexes on these tables, which only an owner may.
    grant supabase_storage_admin to postgres;
    grant usage on schema storage to postgres with grant option;
    grant all on storage.buckets, storage.objects to postgres with grant option;
    grant all on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to postgres;
  end if;
  for role in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('grant usage on schema storage to %I', role);
    execute format('grant all on storage.buckets, storage.objects to %I', role);
    execute format('grant select on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to %I', role);
  end loop;
  revoke execute on function galley.publish_object(text, text, text, text, jsonb, jsonb, boolean) from public;
  if exists (select from pg_roles where rolname = 'service_role') then
    grant all on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to service_role;
    grant select on storage.migrations to service_role;
    grant select, insert, update, delete on galley.object_garbage to service_role;
    grant execute on function galley.publish_object(text, text, text, text, jsonb, jsonb, boolean) to service_role;
    if exists (select from pg_roles where rolname = 'service_role' and not rolbypassrls) then
      -- A login that is no superuser cannot make a role that row level security passes by.
      for relation in
        select c.oid::regclass as name from pg_class c where c.relnamespace = 'storage'::regnamespace and c.relkind = 'r'
      loop
        execute format('create policy galley_service_role on %s to service_role using (true) with check (true)', relation.name);
      end loop;
    end if;
  end if;
end
$$;
