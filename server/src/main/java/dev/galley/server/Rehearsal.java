package dev.galley.server;

import dev.galley.postgres.JdbcConnections;
import dev.galley.settings.FlagLayer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the JVM watches to make the {@link AotCache}: a start on a scratch folder, a table, the usual kinds of requests many times
 * over, a stop.
 */
final class Rehearsal {
    /** A command of the program that its help does not show. */
    static final String COMMAND = "rehearse";

    private static final int ROUNDS = 60;

    private static final String TABLE = """
            create table public.rehearsal (
              id bigint generated always as identity primary key, title text not null, at timestamptz default now(),
              parent bigint references public.rehearsal);
            grant select, insert, update, delete on public.rehearsal to anon;
            create policy everyone on public.rehearsal to anon using (true) with check (true);
            """;

    private Rehearsal() {}

    static int run(ProjectFolder folder, PrintStream err) throws IOException, SQLException {
        FlagLayer flags = new FlagLayer()
                .flag(COMMAND, "http.port", "0")
                .flag(COMMAND, "http.access-log", "off")
                .flag(COMMAND, "postgres.port", "0")
                .flag(COMMAND, "auth.mailbox.port", "0")
                .flag(COMMAND, "log.level", "error");
        try (OpenParts parts = new OpenParts();
                PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Galley galley = new RunCommand(
                            RunCommand.Mode.DEV, new RunOptions(folder, flags), System.getenv(), nowhere, err)
                    .start(parts);
            try (Connection connection = DriverManager.getConnection(
                            JdbcConnections.url(galley.database()), JdbcConnections.properties(galley.database()));
                    Statement statement = connection.createStatement()) {
                statement.execute(TABLE);
            }
            requests(galley.variables());
            signIn(galley.variables());
        }
        return 0;
    }

    private static void signIn(Map<String, String> variables) throws IOException {
        URI api = URI.create(variables.getOrDefault("API_URL", ""));
        String body = "{\"email\":\"somebody@example.com\",\"password\":\"a long enough password\"}";
        for (String path : List.of("/auth/v1/signup", "/auth/v1/token?grant_type=password")) {
            request(
                    api,
                    "POST " + path + " HTTP/1.1\r\nHost: galley\r\nConnection: close\r\napikey: "
                            + variables.get("PUBLISHABLE_KEY")
                            + "\r\nContent-Type: application/json\r\nContent-Length: "
                            + body.length() + "\r\n\r\n" + body);
        }
    }

    private static void requests(Map<String, String> variables) throws IOException {
        URI api = URI.create(variables.getOrDefault("API_URL", ""));
        for (int round = 0; round < ROUNDS; round++) {
            for (String key : new String[] {"PUBLISHABLE_KEY", "ANON_KEY"}) {
                String head = "Host: galley\r\nConnection: close\r\nUser-Agent: rehearsal\r\napikey: "
                        + variables.get(key) + "\r\n";
                request(api, "GET /health/ready HTTP/1.1\r\n" + head + "\r\n");
                String body = "{\"title\":\"" + round + "\"}";
                request(
                        api,
                        "POST /rest/v1/rehearsal HTTP/1.1\r\n" + head
                                + "Content-Type: application/json\r\nPrefer: return=representation\r\nContent-Length: "
                                + body.length() + "\r\n\r\n" + body);
                request(api, "GET /rest/v1/rehearsal?id=eq.1 HTTP/1.1\r\n" + head + "\r\n");
                request(
                        api,
                        "GET /rest/v1/rehearsal?select=id,title,children:rehearsal(id)&order=id.desc&limit=9 HTTP/1.1\r\n"
                                + head + "Prefer: count=exact\r\n\r\n");
                request(api, "GET /rest/v1/nothing HTTP/1.1\r\n" + head + "\r\n");
            }
        }
    }

    private static void request(URI api, String text) throws IOException {
        try (Socket socket = new Socket(api.getHost(), api.getPort())) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    /** Removes a scratch folder and all in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            tree.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
    }
}
