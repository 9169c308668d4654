-- The publication whose tables are watched live. It is empty: users add their tables to it.
do $$
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
    if current_user = 'supabase_admin' and exists (select from pg_roles where rolname = 'postgres' and not rolsuper) then
      alter publication supabase_realtime owner to postgres;
    end if;
  end if;
exception
  when insufficient_privilege then raise notice 'the publication supabase_realtime could not be made';
end
$$;
