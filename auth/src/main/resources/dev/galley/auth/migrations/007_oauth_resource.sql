-- What the tokens of an OAuth client go on to say at each refresh.
alter table auth.sessions
  add column if not exists oauth_resource text,
  add column if not exists oauth_authenticated_at timestamptz;
comment on column auth.sessions.oauth_resource is 'Where the tokens of the OAuth client are to be used (RFC 8707).';
comment on column auth.sessions.oauth_authenticated_at is 'When the user who agreed to the OAuth client had signed in.';
