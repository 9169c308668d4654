package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program on a database behind the real PgBouncer; by {@code scripts/test-pgbouncer} only, which sees to it that there is one. */
@Tag("pgbouncer")
class PgBouncerTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"transaction", "session"})
    void servesThroughThePool(String mode) throws Exception {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path own = Files.createDirectory(dir.resolve("own"));
        Path external = Files.createDirectory(dir.resolve("external"));
        int database = GalleyProcess.freePort();
        String developer = "postgresql://postgres:postgres@127.0.0.1:" + database + "/postgres";
        String tenant = "postgresql://tenant:tenant@127.0.0.1:" + database + "/second";
        int pooled = GalleyProcess.freePort();
        String url = "postgresql://tenant:tenant@127.0.0.1:" + pooled + "/second";
        try (GalleyProcess _ = Shelves.start(own, "--set", "postgres.port=" + database)) {
            Shelves.sql(developer, """
                    create role tenant login createrole password 'tenant';
                    grant tenant to current_user; grant anon, authenticated, service_role to tenant""");
            Shelves.sql(developer, "create database second owner tenant");
            Process pooler = pooler(mode, database, pooled);
            try (GalleyProcess program =
                    Shelves.start(external, "--db-url", url, "--set", "schema.poll-interval=200ms")) {
                Shelves.sql(tenant, ATTACKS);
                Shelves.areServed(external, tenant);
                assertThat(program.output() + log(external)).contains("A connection pooler lies between");
                if (mode.equals("transaction")) {
                    assertThat(sessionsSeen(external)).as("sessions are shared").hasSizeBetween(1, 3);
                }
                nothingIsLeft(external);
            } finally {
                pooler.destroy();
                assertThat(pooler.waitFor(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static final String ATTACKS = """
            create function leave() returns int language plpgsql as $$ begin
              perform set_config('app.left', 'mine', false);
              create temp table if not exists trace (id int);
              perform pg_advisory_lock(pg_backend_pid());
              execute 'listen news';
              return pg_backend_pid();
            end $$;
            create function found() returns text language sql as $$
              select concat_ws(',', nullif(current_setting('app.left', true), ''), to_regclass('pg_temp.trace')::text,
                (select 'lock' from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() limit 1),
                (select 'listens' from pg_listening_channels() limit 1)) $$;
            create function session() returns int language sql as 'select pg_backend_pid()';
            grant execute on function leave(), found(), session() to anon;
            """;

    private static String log(Path project) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(project.resolve(".galley"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".log")).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    private static Set<String> sessionsSeen(Path project) throws Exception {
        Set<String> sessions = new HashSet<>();
        for (String answer : atOnce(project, "/rpc/session")) {
            sessions.add(answer);
        }
        return sessions;
    }

    private static void nothingIsLeft(Path project) throws Exception {
        for (int round = 0; round < 5; round++) {
            assertThat(atOnce(project, "/rpc/leave"))
                    .allSatisfy(answer -> assertThat(answer).startsWith("200 "));
            assertThat(atOnce(project, "/rpc/found")).containsOnly("200 \"\"");
        }
    }

    private static List<String> atOnce(Path project, String path) throws Exception {
        int port = URI.create(Shelves.status(project, "API_URL")).getPort();
        String key = Shelves.status(project, "ANON_KEY");
        List<String> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> asked = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                asked.add(callers.submit(() -> Shelves.send(port, key, "POST", path, "{}", "")));
            }
            for (Future<String> answer : asked) {
                answers.add(answer.get(30, TimeUnit.SECONDS));
            }
        }
        return answers;
    }

    /** With two or three sessions, for all the program wants. */
    private Process pooler(String mode, int database, int port) throws IOException {
        Path users = Files.writeString(dir.resolve("users.txt"), "\"tenant\" \"tenant\"\n");
        Path settings = Files.writeString(dir.resolve("pgbouncer.ini"), """
                [databases]
                second = host=127.0.0.1 port=%d dbname=second user=tenant password=tenant
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = plain
                auth_file = %s
                pool_mode = %s
                default_pool_size = %d
                max_client_conn = 200
                ignore_startup_parameters = extra_float_digits
                """.formatted(
                        database, port, users, mode, mode.equals("transaction") ? 3 : 60));
        List<String> command =
                new ArrayList<>(List.of(System.getProperty("galley.pgbouncer", "pgbouncer"), settings.toString()));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(1, List.of("-u", "nobody"));
        }
        Process pooler = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("pgbouncer.log").toFile())
                .start();
        GalleyProcess.until("PgBouncer listens", () -> {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        });
        return pooler;
    }
}
