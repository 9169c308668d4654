-- Sign-ins that lead through another site end in the browser in which they began, and what proves them counts once.
alter table auth.flow_state
  add column if not exists browser_digest text,
  add column if not exists session_not_after timestamptz;
comment on column auth.flow_state.browser_digest is 'Of a cookie of the browser that began it; none: any browser may end it.';
comment on column auth.flow_state.session_not_after is 'When the identity provider wants the session to end.';

create table if not exists galley.used_once (
  digest bytea primary key,
  expires_at timestamptz not null
);
comment on table galley.used_once is
  'Digests of assertions of identity providers and messages of wallets that have signed somebody in, until they expire by themselves.';
create index if not exists used_once_expires_at_idx on galley.used_once (expires_at);

create table if not exists galley.saml_key (
  only_one boolean primary key default true check (only_one),
  sealed text not null,
  made_at timestamptz not null default now()
);
comment on table galley.saml_key is 'The key of the SAML service provider, when the settings have none; encrypted with a secret outside the database.';
