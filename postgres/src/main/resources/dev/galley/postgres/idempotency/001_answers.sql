-- The answers of writes that came with an Idempotency-Key, each written in the transaction of its effect. The API roles have no
-- rights on the table; the functions know the caller by the settings of the transaction, as policies do, and show each
-- caller nothing but answers of their own.
create table galley.idempotency (
  scope       bytea       not null,
  key         text        not null,
  fingerprint bytea       not null,
  made_at     timestamptz not null default now(),
  status      integer,
  headers     text,
  body        bytea,
  primary key (scope, key)
);
create index on galley.idempotency (made_at);
alter table galley.idempotency enable row level security;
revoke all on galley.idempotency from public;

-- Who calls: the role and the subject of the token, or for callers without one the key that they use.
create function galley.idempotency_scope(credential text) returns bytea
  language sql stable set search_path = ''
as $$
  select sha256(convert_to(
           jsonb_build_array(
             current_setting('role'),
             claim ->> 'iss',
             claim ->> 'sub',
             case when claim ->> 'sub' is null then credential end)::text,
           'UTF8'))
    from (select nullif(current_setting('request.jwt.claims', true), '')::jsonb as claim) as token
$$;

-- Takes a key for this transaction. Raises GLY01 when the same request was answered already, GLY02 when the key was used for
-- another one, GLY03 when a transaction with the key is under way.
create function galley.idempotency_begin(key text, fingerprint text, credential text) returns void
  language plpgsql security definer set search_path = ''
as $$
declare
  caller constant bytea := galley.idempotency_scope(credential);
  known bytea;
begin
  -- Tried, not waited for: whoever comes second is told so at once. What counts in the end is the primary key.
  if not pg_try_advisory_xact_lock(hashtextextended(encode(caller, 'hex') || idempotency_begin.key, 0)) then
    raise exception 'under way' using errcode = 'GLY03';
  end if;
  select kept.fingerprint into known from galley.idempotency as kept
   where kept.scope = caller and kept.key = idempotency_begin.key;
  if known is null then
    insert into galley.idempotency (scope, key, fingerprint)
    values (caller, idempotency_begin.key, decode(idempotency_begin.fingerprint, 'hex'));
  elsif known = decode(idempotency_begin.fingerprint, 'hex') then
    raise exception 'answered' using errcode = 'GLY01';
  else
    raise exception 'used' using errcode = 'GLY02';
  end if;
end
$$;

-- Keeps the answer; only in the transaction that has taken the key, since no other sees it without an answer.
create function galley.idempotency_end(key text, status integer, headers text, body bytea, credential text) returns void
  language plpgsql security definer set search_path = ''
as $$
begin
  update galley.idempotency as kept
     set status = idempotency_end.status, headers = idempotency_end.headers, body = idempotency_end.body
   where kept.scope = galley.idempotency_scope(credential) and kept.key = idempotency_end.key and kept.status is null;
  if not found then
    raise exception 'the idempotency key is not held' using errcode = 'GLY03';
  end if;
end
$$;

-- The caller's own kept answer to the same request.
create function galley.idempotency_answer(key text, fingerprint text, credential text)
  returns table (status integer, headers text, body bytea)
  language sql stable security definer set search_path = ''
as $$
  select kept.status, kept.headers, kept.body
    from galley.idempotency as kept
   where kept.scope = galley.idempotency_scope(credential)
     and kept.key = idempotency_answer.key
     and kept.fingerprint = decode(idempotency_answer.fingerprint, 'hex')
     and kept.status is not null
$$;

revoke all on function galley.idempotency_scope(text), galley.idempotency_begin(text, text, text),
  galley.idempotency_end(text, integer, text, bytea, text), galley.idempotency_answer(text, text, text) from public;
grant usage on schema galley to public;
grant execute on function galley.idempotency_begin(text, text, text),
  galley.idempotency_end(text, integer, text, bytea, text), galley.idempotency_answer(text, text, text) to public;
