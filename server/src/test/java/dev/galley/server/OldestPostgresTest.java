package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program on its own server of the oldest PostgreSQL that is supported. */
class OldestPostgresTest {
    private static final String SCHEMA = """
            create table shelves (id int primary key, name text);
            create table books (id int primary key, shelf int references shelves, title text, open boolean default true);
            alter table shelves enable row level security; alter table books enable row level security;
            create policy all_shelves on shelves to anon using (true) with check (true);
            create policy open_books on books to anon using (open) with check (true);
            grant select, insert, update on shelves, books to anon, service_role;
            create function titles() returns setof text language sql stable as 'select title from public.books order by id';
            grant execute on function titles() to anon;
            insert into shelves values (1, 'top'); insert into books values (1, 1, 'seen', true), (2, 1, 'hidden', false)""";

    @TempDir
    Path dir;

    @Test
    void readsAndWritesUnderRowLevelSecurity() throws Exception {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path bin = OldestPostgres.unpack(Files.createDirectory(dir.resolve("postgresql")));
        Path project = Files.createDirectory(dir.resolve("project"));
        int port = GalleyProcess.freePort();
        try (GalleyProcess program = GalleyProcess.start(
                        project,
                        "dev",
                        "--port",
                        Integer.toString(port),
                        "--set",
                        "postgres.port=" + GalleyProcess.freePort(),
                        "--pg-bin",
                        bin.toString())
                .ready(port)) {
            assertThat(sql(project, "select current_setting('server_version')")).contains("15.");
            sql(project, SCHEMA);
            String key = GalleyProcess.run(project, "status", "-o", "env")
                    .output()
                    .lines()
                    .filter(line -> line.startsWith("ANON_KEY="))
                    .map(line -> line.substring("ANON_KEY=".length()).replace("\"", ""))
                    .findFirst()
                    .orElseThrow();
            GalleyProcess.until("the tables are served", () -> GalleyProcess.get(port, "/rest/v1/books", key) == 200);

            assertThat(send(port, key, "GET", "/shelves?select=name,books(title)", ""))
                    .isEqualTo("200 [{\"name\":\"top\",\"books\":[{\"title\":\"seen\"}]}]");
            assertThat(send(port, key, "POST", "/books?select=title", "{\"id\":3,\"shelf\":1,\"title\":\"new\"}"))
                    .isEqualTo("201 [{\"title\":\"new\"}]");
            assertThat(send(port, key, "POST", "/books?select=title", "[{\"id\":3,\"shelf\":1,\"title\":\"newer\"}]"))
                    .isEqualTo("200 [{\"title\":\"newer\"}]");
            assertThat(send(port, key, "POST", "/rpc/titles", "{}")).isEqualTo("200 [\"seen\",\"newer\"]");
            assertThat(send(port, key, "PATCH", "/books?id=eq.2&select=id", "{\"title\":\"x\"}"))
                    .isEqualTo("200 []");
        }
    }

    private static String sql(Path project, String text) throws Exception {
        var ended = GalleyProcess.run(project, "sql", text);
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        return ended.output();
    }

    private static String send(int port, String key, String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/rest/v1" + path))
                .header("apikey", key)
                .header("Content-Type", "application/json")
                .header("Prefer", "return=representation,resolution=merge-duplicates")
                .method(method, BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }
}
