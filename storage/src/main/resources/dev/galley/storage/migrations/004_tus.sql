-- Resumable uploads under way. Their bytes are under the versions of the parts, which are garbage with a time until they are an object.
create table if not exists galley.tus_uploads (
  id uuid primary key,
  bucket text not null,
  key text not null,
  owner text,
  upsert boolean not null,
  user_metadata jsonb,
  mime_type text not null,
  cache_control text not null,
  length bigint,
  received bigint not null default 0,
  parts text[] not null default '{}',
  declared text not null,
  expires timestamptz not null,
  finishing_until timestamptz,
  finished boolean not null default false
);
create index if not exists tus_uploads_expires on galley.tus_uploads (expires);
comment on table galley.tus_uploads is 'Resumable uploads under way.';

do $$
begin
  if current_user = 'supabase_admin' and exists (select from pg_roles where rolname = 'postgres' and not rolsuper) then
    -- For whoever compares rows with bytes.
    grant select on storage.migrations, galley.object_garbage to postgres;
  end if;
  if exists (select from pg_roles where rolname = 'service_role') then
    grant select, insert, update, delete on galley.tus_uploads to service_role;
  end if;
end
$$;
