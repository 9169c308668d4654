-- Who calls, for policies. Each is one expression, stable, neither strict nor with settings of its own: PostgreSQL then puts
-- it into the query itself. A setting of an earlier transaction is '' and not null, hence nullif.
do $$
begin
  if to_regprocedure('auth.uid()') is null then
    create function auth.uid() returns uuid language sql stable parallel safe as $function$
      select coalesce(
        nullif(pg_catalog.current_setting('request.jwt.claim.sub', true), ''),
        nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::pg_catalog.jsonb ->> 'sub')::pg_catalog.uuid
    $function$;
    comment on function auth.uid() is 'The user who calls: the claim "sub".';
    grant execute on function auth.uid() to public;
  end if;

  if to_regprocedure('auth.role()') is null then
    create function auth.role() returns text language sql stable parallel safe as $function$
      select coalesce(
        nullif(pg_catalog.current_setting('request.jwt.claim.role', true), ''),
        nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::pg_catalog.jsonb ->> 'role')
    $function$;
    comment on function auth.role() is 'The role of the caller: the claim "role".';
    grant execute on function auth.role() to public;
  end if;

  if to_regprocedure('auth.email()') is null then
    create function auth.email() returns text language sql stable parallel safe as $function$
      select coalesce(
        nullif(pg_catalog.current_setting('request.jwt.claim.email', true), ''),
        nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::pg_catalog.jsonb ->> 'email')
    $function$;
    comment on function auth.email() is 'The e-mail address of the caller: the claim "email".';
    grant execute on function auth.email() to public;
  end if;

  if to_regprocedure('auth.jwt()') is null then
    create function auth.jwt() returns jsonb language sql stable parallel safe as $function$
      select coalesce(
        nullif(pg_catalog.current_setting('request.jwt.claim', true), ''),
        nullif(pg_catalog.current_setting('request.jwt.claims', true), ''))::pg_catalog.jsonb
    $function$;
    comment on function auth.jwt() is 'All claims of the caller.';
    grant execute on function auth.jwt() to public;
  end if;
exception
  when insufficient_privilege then raise notice 'the schema auth is somebody else''s: its functions could not be made';
end
$$;
