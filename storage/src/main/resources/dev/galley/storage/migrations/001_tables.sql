-- The tables of files, with the names and columns that migrations, policies and dumps of existing projects use.
-- A database that came from such a project has them already: then only what is missing is added.
create schema if not exists storage;

do $$
begin
  if to_regtype('storage.buckettype') is null then
    create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');
  end if;
end
$$;

create table if not exists storage.buckets (
  id text primary key,
  name text not null,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
alter table storage.buckets
  add column if not exists public boolean default false,
  add column if not exists avif_autodetection boolean default false,
  add column if not exists file_size_limit bigint,
  add column if not exists allowed_mime_types text[],
  add column if not exists owner_id text,
  add column if not exists type storage.buckettype not null default 'STANDARD',
  add column if not exists versioning_status text not null default 'DISABLED';
create unique index if not exists bname on storage.buckets (name);

create table if not exists storage.objects (
  id uuid primary key default gen_random_uuid(),
  bucket_id text constraint "objects_bucketId_fkey" references storage.buckets,
  name text,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb
);
alter table storage.objects
  add column if not exists path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  add column if not exists version text,
  add column if not exists owner_id text,
  add column if not exists user_metadata jsonb,
  add column if not exists archived_at timestamptz,
  add column if not exists is_delete_marker boolean not null default false,
  add column if not exists is_versioned boolean not null default false;
comment on column storage.objects.owner is 'Use owner_id, which may be more than a UUID.';
comment on column storage.buckets.owner is 'Use owner_id, which may be more than a UUID.';
create unique index if not exists bucketid_objname on storage.objects (bucket_id, name);
create index if not exists idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");
create index if not exists idx_objects_bucket_id_name_lower on storage.objects (bucket_id, lower(name) collate "C");
create index if not exists name_prefix_search on storage.objects (name text_pattern_ops);

-- Bytes belong to one row, so that nobody reaches those of another by naming their version.
do $$
begin
  create unique index if not exists objects_version on storage.objects (version);
exception
  when unique_violation then
    create index if not exists objects_version_shared on storage.objects (version);
end
$$;

create table if not exists storage.s3_multipart_uploads (
  id text primary key,
  in_progress_size bigint not null default 0,
  upload_signature text not null,
  bucket_id text not null references storage.buckets,
  key text collate "C" not null,
  version text not null,
  owner_id text,
  created_at timestamptz not null default now()
);
alter table storage.s3_multipart_uploads
  add column if not exists user_metadata jsonb,
  add column if not exists metadata jsonb;
create index if not exists idx_multipart_uploads_list
  on storage.s3_multipart_uploads (bucket_id, key collate "C", created_at);

create table if not exists storage.s3_multipart_uploads_parts (
  id uuid primary key default gen_random_uuid(),
  upload_id text not null references storage.s3_multipart_uploads on delete cascade,
  size bigint not null default 0,
  part_number integer not null,
  bucket_id text not null references storage.buckets,
  key text collate "C" not null,
  etag text not null,
  owner_id text,
  version text not null,
  created_at timestamptz not null default now()
);

-- What an existing project's tools look up: which steps of the original schema are in.
create table if not exists storage.migrations (
  id integer primary key,
  name varchar(100) unique not null,
  hash varchar(40) not null,
  executed_at timestamp default current_timestamp
);
insert into storage.migrations (id, name, hash)
select step.position - 1, step.name, md5(step.name)
  from unnest(array[
    'create-migrations-table',
    'initialmigration',
    'storage-schema',
    'pathtoken-column',
    'add-migrations-rls',
    'add-size-functions',
    'change-column-name-in-get-size',
    'add-rls-to-buckets',
    'add-public-to-buckets',
    'fix-search-function',
    'search-files-search-function',
    'add-trigger-to-auto-update-updated_at-column',
    'add-automatic-avif-detection-flag',
    'add-bucket-custom-limits',
    'use-bytes-for-max-size',
    'add-can-insert-object-function',
    'add-version',
    'drop-owner-foreign-key',
    'add_owner_id_column_deprecate_owner',
    'alter-default-value-objects-id',
    'list-objects-with-delimiter',
    's3-multipart-uploads',
    's3-multipart-uploads-big-ints',
    'optimize-search-function',
    'operation-function',
    'custom-metadata',
    'objects-prefixes',
    'search-v2',
    'object-bucket-name-sorting',
    'create-prefixes',
    'update-object-levels',
    'objects-level-index',
    'backward-compatible-index-on-objects',
    'backward-compatible-index-on-prefixes',
    'optimize-search-function-v1',
    'add-insert-trigger-prefixes',
    'optimise-existing-functions',
    'add-bucket-name-length-trigger',
    'iceberg-catalog-flag-on-buckets',
    'add-search-v2-sort-support',
    'fix-prefix-race-conditions-optimized',
    'add-object-level-update-trigger',
    'rollback-prefix-triggers',
    'fix-object-level',
    'vector-bucket-type',
    'vector-buckets',
    'buckets-objects-grants',
    'iceberg-table-metadata',
    'iceberg-catalog-ids',
    'buckets-objects-grants-postgres',
    'search-v2-optimised',
    'index-backward-compatible-search',
    'drop-not-used-indexes-and-functions',
    'drop-index-lower-name',
    'drop-index-object-level',
    'prevent-direct-deletes',
    'fix-optimized-search-function',
    's3-multipart-uploads-metadata',
    'operation-ergonomics',
    'drop-unused-functions',
    'optimize-existing-functions-again',
    'mark-filename-immutable',
    'object-versioning-core',
    'fix-search-name-relative-to-prefix'
  ]) with ordinality as step (name, position)
    on conflict do nothing;

-- Bytes that are nobody's, or will be if what is under way does not end well: deleted when the time has come, unless a row has them by then.
create table if not exists galley.object_garbage (
  version text primary key,
  due timestamptz not null
);
create index if not exists object_garbage_due on galley.object_garbage (due);
comment on table galley.object_garbage is 'Versions of objects whose bytes are to be deleted.';
