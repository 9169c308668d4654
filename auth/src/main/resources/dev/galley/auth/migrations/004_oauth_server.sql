-- What became of an authorization code: one that comes again ends the session that it began.
alter table auth.oauth_authorizations
  add column if not exists redeemed_at timestamptz,
  add column if not exists session_id uuid,
  add column if not exists authenticated_at timestamptz,
  add column if not exists ask_always boolean not null default false;
comment on column auth.oauth_authorizations.authorization_code is 'A digest of it.';
comment on column auth.oauth_authorizations.session_id is 'The session that the code began.';
comment on column auth.oauth_authorizations.authenticated_at is 'When the user who consented had signed in.';
comment on column auth.oauth_authorizations.ask_always is 'Whether an earlier consent does not count.';
create index if not exists oauth_authorizations_user_client_idx on auth.oauth_authorizations (user_id, client_id);
create index if not exists oauth_authorizations_client_idx on auth.oauth_authorizations (client_id);
create index if not exists oauth_consents_client_idx on auth.oauth_consents (client_id);
