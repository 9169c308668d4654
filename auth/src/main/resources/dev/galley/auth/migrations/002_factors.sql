-- A code of an authenticator app works once: the step of the last one that was used.
alter table auth.mfa_factors add column if not exists last_used_step bigint;
comment on column auth.mfa_factors.last_used_step is 'Of the last code that was used; no earlier one counts.';
-- Two factors may well be challenged at the same moment.
alter table auth.mfa_factors drop constraint if exists mfa_factors_last_challenged_at_key;

create table if not exists galley.recovery_codes (
  user_id uuid not null references auth.users (id) on delete cascade,
  set_id uuid not null,
  digest text not null,
  made_at timestamptz not null,
  used_at timestamptz,
  primary key (user_id, digest)
);
comment on table galley.recovery_codes is 'Codes that stand in for a lost second factor, each once. Keyed digests only.';
