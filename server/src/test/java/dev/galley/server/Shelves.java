package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A small application on a database, and what it must be able to do there under row level security. */
final class Shelves {
    private static final String SCHEMA = """
            create table shelves (id int primary key, name text);
            create table books (id int primary key, shelf int references shelves, title text, open boolean default true);
            alter table shelves enable row level security; alter table books enable row level security;
            create policy all_shelves on shelves to anon using (true) with check (true);
            create policy open_books on books to anon using (open) with check (true);
            grant select, insert, update on shelves, books to anon, service_role;
            create table crates (id bigint generated always as identity primary key, name text);
            create table jars (crate bigint references crates, name text);
            create table stamped (id text primary key default 'drawn', name text);
            create table marks (stamp text references stamped, name text);
            alter table crates disable row level security; alter table jars disable row level security;
            alter table stamped disable row level security; alter table marks disable row level security;
            grant select, insert on crates, jars, stamped, marks to anon;
            grant usage on all sequences in schema public to anon;
            create function stamp() returns trigger language plpgsql as $f$ begin new.id := 'x'; return new; end $f$;
            create trigger stamp before insert on stamped for each row execute function stamp();
            create function titles() returns setof text language sql stable as 'select title from public.books order by id';
            grant execute on function titles() to anon;
            insert into shelves values (1, 'top'); insert into books values (1, 1, 'seen', true), (2, 1, 'hidden', false)""";

    private Shelves() {}

    /** The program on a project's folder, ready. */
    static GalleyProcess start(Path project, String... more) throws IOException {
        int port = GalleyProcess.freePort();
        List<String> arguments = new ArrayList<>(List.of("dev", "--port", Integer.toString(port)));
        arguments.addAll(List.of(more));
        return GalleyProcess.start(project, arguments.toArray(String[]::new)).ready(port);
    }

    static void areServed(Path project, String database) throws Exception {
        sql(database, SCHEMA);
        int port = URI.create(status(project, "API_URL")).getPort();
        String key = status(project, "ANON_KEY");
        GalleyProcess.until("the tables are served", () -> GalleyProcess.get(port, "/rest/v1/books", key) == 200);

        String upsert = "return=representation,resolution=merge-duplicates";
        assertThat(send(port, key, "GET", "/shelves?select=name,books(title)", "", ""))
                .isEqualTo("200 [{\"name\":\"top\",\"books\":[{\"title\":\"seen\"}]}]");
        assertThat(send(port, key, "POST", "/books?select=title", "{\"id\":3,\"shelf\":1,\"title\":\"new\"}", upsert))
                .isEqualTo("201 [{\"title\":\"new\"}]");
        assertThat(send(port, key, "POST", "/books?select=title", "{\"id\":3,\"shelf\":1,\"title\":\"newer\"}", upsert))
                .isEqualTo("200 [{\"title\":\"newer\"}]");
        assertThat(send(port, key, "POST", "/rpc/titles", "{}", "")).isEqualTo("200 [\"seen\",\"newer\"]");
        assertThat(send(port, key, "PATCH", "/books?id=eq.2&select=id", "{\"title\":\"x\"}", upsert))
                .isEqualTo("200 []");
        String nested = "{\"id\":2,\"name\":\"low\",\"books\":[{\"id\":4,\"title\":\"inner\",\"open\":true}]}";
        assertThat(send(port, key, "POST", "/shelves?select=name,books(title)", nested, "return=representation"))
                .isEqualTo("201 [{\"name\":\"low\",\"books\":[{\"title\":\"inner\"}]}]");
        String jars = "[{\"name\":\"a\",\"jars\":[{\"name\":\"a1\"}]},{\"name\":\"b\",\"jars\":[{\"name\":\"b1\"}]}]";
        assertThat(send(port, key, "POST", "/crates?select=name,jars(name)", jars, "return=representation"))
                .isEqualTo(
                        "201 [{\"name\":\"a\",\"jars\":[{\"name\":\"a1\"}]},{\"name\":\"b\",\"jars\":[{\"name\":\"b1\"}]}]");
        assertThat(send(port, key, "POST", "/crates", "{\"id\":99,\"jars\":[]}", ""))
                .startsWith("400")
                .contains("428C9");
        boolean tellsKeys = Integer.parseInt(sql(database, "select current_setting('server_version_num')")) >= 170_000;
        assertThat(send(port, key, "POST", "/stamped", "{\"name\":\"n\",\"marks\":[{\"name\":\"m\"}]}", ""))
                .matches(tellsKeys ? "201 .*" : "400 .*GLY-REST21.*");
        assertThat(send(port, key, "GET", "/stamped?select=name", "", ""))
                .isEqualTo(tellsKeys ? "200 [{\"name\":\"n\"}]" : "200 []");
    }

    /** What {@code galley status} says of a running program. */
    static String status(Path project, String name) throws IOException {
        return Files.readAllLines(project.resolve(".galley/running.env")).stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    /** The first value of the first row, where there is one. */
    static String sql(String database, String text) throws Exception {
        URI address = URI.create(database);
        String[] login = address.getUserInfo().split(":", 2);
        String url = "jdbc:postgresql://" + address.getHost() + ":" + address.getPort() + address.getPath();
        try (Connection connection = DriverManager.getConnection(url, login[0], login[1]);
                Statement statement = connection.createStatement()) {
            if (!statement.execute(text)) {
                return "";
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }

    static String send(int port, String key, String method, String path, String body, String prefer) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/rest/v1" + path))
                .header("apikey", key)
                .header("Content-Type", "application/json")
                .header("Prefer", prefer)
                .method(method, BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }
}
