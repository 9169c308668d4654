-- A table that uses it: everybody reads what is published, editors write, only chiefs delete.
insert into rbac.roles values ('editor'), ('chief');
insert into rbac.permissions values ('articles.write'), ('articles.delete');
insert into rbac.role_permissions values
  ('editor', 'articles.write'),
  ('chief', 'articles.write'),
  ('chief', 'articles.delete');

create table public.articles (
  id bigint generated always as identity primary key,
  title text not null,
  published boolean not null default false
);
alter table public.articles enable row level security;
grant select on public.articles to anon, authenticated, service_role;
grant insert, update, delete on public.articles to authenticated, service_role;

-- (select authorize(...)) is asked once a statement; without the select it would be asked for every row.
create policy "Everybody reads what is published" on public.articles for select to anon, authenticated using (published);
create policy "Who writes reads all" on public.articles for select to authenticated using ((select authorize('articles.write')));
create policy "Who may write adds" on public.articles for insert to authenticated with check ((select authorize('articles.write')));
create policy "Who may write changes" on public.articles for update to authenticated
  using ((select authorize('articles.write'))) with check ((select authorize('articles.write')));
create policy "Who may delete deletes" on public.articles for delete to authenticated using ((select authorize('articles.delete')));
