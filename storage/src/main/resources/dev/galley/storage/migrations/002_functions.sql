-- Functions for policies and queries of users.
create or replace function storage.foldername(name text) returns text[]
language sql immutable parallel safe
as $$
  select parts[1:array_length(parts, 1) - 1] from (select string_to_array(name, '/')) as split (parts)
$$;

create or replace function storage.filename(name text) returns text
language sql immutable parallel safe
as $$
  select parts[array_length(parts, 1)] from (select string_to_array(name, '/')) as split (parts)
$$;

create or replace function storage.extension(name text) returns text
language sql immutable parallel safe
as $$
  select reverse(split_part(reverse(storage.filename(name)), '.', 1))
$$;

create or replace function storage.operation() returns text
language sql stable parallel safe
as $$
  select pg_catalog.current_setting('storage.operation', true)
$$;

create or replace function storage.allow_any_operation(expected_operations text[]) returns boolean
language sql stable parallel safe
as $$
  select exists (
    select from unnest(expected_operations) as expected
     where expected <> '' and regexp_replace(expected, '^storage\.', '') = regexp_replace(storage.operation(), '^storage\.', ''))
$$;

create or replace function storage.allow_only_operation(expected_operation text) returns boolean
language sql stable parallel safe
as $$
  select storage.allow_any_operation(array[expected_operation])
$$;

create or replace function storage.get_size_by_bucket() returns table (size bigint, bucket_id text)
language sql stable
as $$
  select sum((o.metadata ->> 'size')::bigint)::bigint, o.bucket_id from storage.objects as o group by o.bucket_id
$$;

-- Whether the caller might insert it: fails if not, and never inserts it (the state PT200 is a success).
create or replace function storage.can_insert_object(bucketid text, name text, owner uuid, metadata jsonb) returns void
language plpgsql
as $$
begin
  insert into storage.objects (bucket_id, name, owner, metadata) values (bucketid, name, owner, metadata);
  raise sqlstate 'PT200' using message = 'ROLLBACK', detail = 'rollback successful insert';
end
$$;

create or replace function storage.get_common_prefix(p_key text, p_prefix text, p_delimiter text) returns text
language sql immutable parallel safe
as $$
  select left(p_key, length(p_prefix) + at + length(p_delimiter) - 1)
    from (select position(p_delimiter in substr(p_key, length(p_prefix) + 1))) as found (at)
   where at > 0
$$;

-- The entries below a prefix, up to the first slash behind it: its files, and each folder once, with a slash at its end. An entry that
-- is passed over costs one look into the index, whatever a folder holds. No pattern is made of the prefix.
create or replace function galley.object_entries(
  bucket text, prefix text, start_after text, ascending boolean, folded boolean, most integer
) returns table (name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz, metadata jsonb)
language plpgsql stable
as $$
declare
  wanted constant text := case when folded then lower(prefix) else prefix end;
  -- Nothing of the prefix sorts behind this.
  last_key constant text := wanted || U&'\+10FFFF';
  -- A slash is followed by "0": behind all that begins with a folder's name and a slash.
  first_key text := greatest(wanted collate "C",
    case when start_after like '%/' then left(start_after, -1) || '0' when start_after <> '' then start_after || chr(1) else '' end);
  end_key text := coalesce(nullif(start_after, ''), last_key);
  batch integer := 1;
  given integer := 0;
  seen integer;
  slash integer;
  entry record;
begin
  while given < most loop
    seen := 0;
    for entry in
      (select o.*, o.name collate "C" as key from storage.objects as o
        where ascending and not folded and o.bucket_id = bucket and o.name collate "C" >= first_key and o.name collate "C" <= last_key
        order by o.name collate "C" limit batch)
      union all
      (select o.*, o.name collate "C" from storage.objects as o
        where not ascending and not folded and o.bucket_id = bucket and o.name collate "C" < end_key and o.name collate "C" >= wanted
        order by o.name collate "C" desc limit batch)
      union all
      (select o.*, lower(o.name) collate "C" from storage.objects as o
        where ascending and folded and o.bucket_id = bucket and lower(o.name) collate "C" >= first_key and lower(o.name) collate "C" <= last_key
        order by lower(o.name) collate "C" limit batch)
      union all
      (select o.*, lower(o.name) collate "C" from storage.objects as o
        where not ascending and folded and o.bucket_id = bucket and lower(o.name) collate "C" < end_key and lower(o.name) collate "C" >= wanted
        order by lower(o.name) collate "C" desc limit batch)
    loop
      seen := seen + 1;
      slash := strpos(substr(entry.name, length(prefix) + 1), '/');
      if slash > 0 then
        name := left(entry.name, length(prefix) + slash);
        id := null; updated_at := null; created_at := null; last_accessed_at := null; metadata := null;
        end_key := left(entry.key, length(prefix) + slash);
        first_key := left(end_key, -1) || '0';
      else
        name := entry.name; id := entry.id; updated_at := entry.updated_at; created_at := entry.created_at;
        last_accessed_at := entry.last_accessed_at; metadata := entry.metadata;
        end_key := entry.key;
        first_key := entry.key || chr(1);
      end if;
      return next;
      given := given + 1;
      batch := case when slash > 0 then 1 else least(batch * 2, 500) end;
      exit when slash > 0 or given >= most;
    end loop;
    exit when seen = 0;
  end loop;
end
$$;

-- The entries of a folder without regard to case, with names relative to the prefix; levels has no meaning any more.
create or replace function storage.search(
  prefix text,
  bucketname text,
  limits integer default 100,
  levels integer default 1,
  offsets integer default 0,
  search text default '',
  sortcolumn text default 'name',
  sortorder text default 'asc'
) returns table (name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz, metadata jsonb)
language plpgsql stable
as $$
declare
  folder constant text := coalesce(prefix, '');
  wanted constant text := folder || coalesce(search, '');
  ascending constant boolean := lower(coalesce(sortorder, 'asc')) <> 'desc';
  skipped constant integer := greatest(coalesce(offsets, 0), 0);
  most constant integer := least(greatest(coalesce(limits, 100), 0), 1500);
begin
  if lower(coalesce(sortcolumn, 'name')) not in ('updated_at', 'created_at', 'last_accessed_at') then
    return query
      select substr(rtrim(e.name, '/'), length(folder) + 1), e.id, e.updated_at, e.created_at, e.last_accessed_at, e.metadata
        from galley.object_entries(bucketname, wanted, '', ascending, true, skipped + most) with ordinality
          as e (name, id, updated_at, created_at, last_accessed_at, metadata, position)
       where e.position > skipped
       order by e.position;
    return;
  end if;
  return query
    select substr(rtrim(e.name, '/'), length(folder) + 1), e.id, e.updated_at, e.created_at, e.last_accessed_at, e.metadata
      from galley.object_entries_by_time(bucketname, wanted, true, lower(sortcolumn), ascending, '', null, skipped + most) with ordinality
        as e (name, id, updated_at, created_at, last_accessed_at, metadata, position)
     where e.position > skipped
     order by e.position;
end
$$;

-- The same entries, folders first, files by a time and then their name.
create or replace function galley.object_entries_by_time(
  bucket text, prefix text, folded boolean, sort_key text, ascending boolean, start_after text, start_time timestamptz, most integer
) returns table (name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz, metadata jsonb)
language sql stable
as $$
  with inside as (
    select o.*, strpos(substr(o.name, length(prefix) + 1), '/') as slash,
           date_trunc('milliseconds', case sort_key when 'updated_at' then o.updated_at when 'created_at' then o.created_at
             else o.last_accessed_at end) as moment
      from storage.objects as o
     where o.bucket_id = bucket
       and case when folded then starts_with(lower(o.name), lower(prefix)) else starts_with(o.name, prefix) end
  ), entries as (
    select distinct left(i.name, length(prefix) + i.slash) as name, null::uuid as id, null::timestamptz as updated_at,
           null::timestamptz as created_at, null::timestamptz as last_accessed_at, null::jsonb as metadata, null::timestamptz as moment
      from inside as i where i.slash > 0
    union all
    select i.name, i.id, i.updated_at, i.created_at, i.last_accessed_at, i.metadata, i.moment from inside as i where i.slash = 0
  )
  select e.name, e.id, e.updated_at, e.created_at, e.last_accessed_at, e.metadata
    from entries as e
   where start_after = ''
      or case
           when start_time is null then e.id is not null
             or case when ascending then e.name collate "C" > start_after else e.name collate "C" < start_after end
           when e.id is null then false
           when ascending then (e.moment, e.name collate "C") > (start_time, start_after)
           else (e.moment, e.name collate "C") < (start_time, start_after)
         end
   order by e.id is not null,
            case when ascending then e.moment end, case when not ascending then e.moment end desc,
            case when ascending then e.name collate "C" end, case when not ascending then e.name collate "C" end desc
   limit most
$$;

-- The entries of a folder page by page; a page begins behind start_after, which is a name as given here.
create or replace function storage.search_v2(
  prefix text,
  bucket_name text,
  limits integer default 100,
  levels integer default 1,
  start_after text default '',
  sort_order text default 'asc',
  sort_column text default 'name',
  sort_column_after text default ''
) returns table (key text, name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz, metadata jsonb)
language plpgsql stable
as $$
declare
  ascending constant boolean := lower(coalesce(sort_order, 'asc')) <> 'desc';
  sort_key constant text := lower(coalesce(sort_column, 'name'));
  most constant integer := least(greatest(coalesce(limits, 100), 0), 1500);
begin
  if sort_key in ('updated_at', 'created_at') then
    return query
      select storage.filename(rtrim(e.name, '/')), e.* from galley.object_entries_by_time(
        bucket_name, coalesce(prefix, ''), false, sort_key, ascending, coalesce(start_after, ''), nullif(sort_column_after, '')::timestamptz, most) as e;
  else
    return query
      select storage.filename(rtrim(e.name, '/')), e.* from galley.object_entries(
        bucket_name, coalesce(prefix, ''), coalesce(start_after, ''), ascending, false, most) as e;
  end if;
end
$$;

-- All objects with a prefix, page by page.
create or replace function galley.objects_flat(
  prefix text, bucket text, most integer, start_after text, sort_order text, sort_column text, start_time text
) returns table (name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz, metadata jsonb)
language plpgsql stable
as $$
declare
  ascending constant boolean := sort_order <> 'desc';
  start_moment constant timestamptz := nullif(start_time, '')::timestamptz;
  last_key constant text := prefix || U&'\+10FFFF';
begin
  if sort_column in ('updated_at', 'created_at') then
    return query
      select k.name, k.id, k.updated_at, k.created_at, k.last_accessed_at, k.metadata
        from (
          select o.*, date_trunc('milliseconds', case sort_column when 'updated_at' then o.updated_at else o.created_at end) as moment
            from storage.objects as o where o.bucket_id = bucket and starts_with(o.name, prefix)) as k
       where start_after = ''
          or case when ascending then (k.moment, k.name collate "C") > (start_moment, start_after)
             else (k.moment, k.name collate "C") < (start_moment, start_after) end
       order by case when ascending then k.moment end, case when not ascending then k.moment end desc,
                case when ascending then k.name collate "C" end, case when not ascending then k.name collate "C" end desc
       limit most;
  elsif ascending then
    return query
      select o.name, o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata
        from storage.objects as o
       where o.bucket_id = bucket and o.name collate "C" >= prefix and o.name collate "C" <= last_key and o.name collate "C" > start_after
       order by o.name collate "C" limit most;
  else
    return query
      select o.name, o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata
        from storage.objects as o
       where o.bucket_id = bucket and o.name collate "C" >= prefix
         and o.name collate "C" <= last_key and o.name collate "C" < coalesce(nullif(start_after, ''), U&'\+10FFFF')
       order by o.name collate "C" desc limit most;
  end if;
end
$$;
