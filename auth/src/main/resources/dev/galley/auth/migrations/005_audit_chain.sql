-- Every entry carries a seal made with a key outside of the database; a job chains the committed entries one after the other.
alter table auth.audit_log_entries
  add column if not exists seal bytea,
  add column if not exists position bigint,
  add column if not exists digest bytea;
comment on column auth.audit_log_entries.seal is 'Of the entry itself, keyed; made with it. None: this program did not write it.';
comment on column auth.audit_log_entries.position is 'In the chain; none until the entry is chained.';
comment on column auth.audit_log_entries.digest is 'Of this entry and all before it, keyed.';
create unique index if not exists audit_log_entries_position_key on auth.audit_log_entries (position) where position is not null;
create index if not exists audit_log_entries_unchained_idx on auth.audit_log_entries (created_at, id) where position is null;

create table if not exists galley.audit_chains (
  key_id text primary key,
  start_position bigint not null,
  start_digest bytea not null,
  head_position bigint not null check (head_position >= start_position),
  head_digest bytea not null,
  removed_at timestamptz,
  mac bytea not null,
  made_at timestamptz not null default now()
);
comment on table galley.audit_chains is
  'Where the chain of auth.audit_log_entries starts (before that it was removed) and ends, one row for each secret that it was made with.';
do $$
begin
  if exists (select from pg_roles where rolname = 'postgres' and not rolsuper) then
    grant select on galley.audit_chains to postgres;
  end if;
end
$$;
