-- The id of a public key credential belongs to one user, as factor as well as as passkey.
create unique index if not exists mfa_factors_web_authn_credential_id_key
  on auth.mfa_factors ((web_authn_credential ->> 'id')) where web_authn_credential is not null;
comment on table auth.webauthn_credentials is 'Passkeys: public keys with which users sign in.';
comment on table auth.webauthn_challenges is 'What passkeys are asked to sign; each is taken once.';
