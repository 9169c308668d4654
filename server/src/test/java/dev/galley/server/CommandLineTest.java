package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real program, as a user runs it. */
class CommandLineTest {
    @TempDir
    Path dir;

    private int port;
    private int databasePort;
    private int mailboxPort;

    @BeforeEach
    void openToTheDatabasesUser() throws IOException {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        port = GalleyProcess.freePort();
        databasePort = GalleyProcess.freePort();
        mailboxPort = GalleyProcess.freePort();
    }

    private GalleyProcess dev() throws IOException {
        return GalleyProcess.start(
                dir,
                "dev",
                "--port",
                Integer.toString(port),
                "--set",
                "postgres.port=" + databasePort,
                "--set",
                "auth.mailbox.port=" + mailboxPort);
    }

    private Map<String, String> status() throws IOException, InterruptedException {
        var status = GalleyProcess.run(dir, "status", "-o", "env");
        assertThat(status.exitCode()).as(status.output()).isZero();
        return status.output()
                .lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(part -> part[0], part -> part[1].replace("\"", "")));
    }

    private String sql(String text) throws IOException, InterruptedException {
        var ended = GalleyProcess.run(dir, "sql", text);
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        return ended.output();
    }

    @Test
    void aFirstAndASecondStartServeTheSameDataAndASecondProgramIsRefused() throws Exception {
        Map<String, String> first;
        try (GalleyProcess program = dev().ready(port)) {
            first = status();
            List<String> needed = List.of(
                    "API_URL", "DB_URL", "ANON_KEY", "SERVICE_ROLE_KEY", "PUBLISHABLE_KEY", "SECRET_KEY", "JWT_SECRET");
            assertThat(first).containsKeys(needed.toArray(String[]::new)).containsKeys("DATA_DIR", "DB_SOCKET_DIR");
            assertThat(program.output())
                    .contains(needed.stream().map(first::get).toList())
                    .contains(dir.resolve(".galley").toString(), "Three things to try");
            sql("create table notes (id int primary key); insert into notes values (1);"
                    + " grant select on notes to service_role, anon; alter table notes disable row level security");

            var second = GalleyProcess.run(dir, "dev", "--port", "0");
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.output())
                    .contains("already running on " + dir, "http://127.0.0.1:" + port)
                    .hasLineCount(1);
            String secretKey = first.get("SECRET_KEY");
            GalleyProcess.until(
                    "the new table is served", () -> GalleyProcess.get(port, "/rest/v1/notes", secretKey) == 200);
            assertThat(GalleyProcess.body(port, "/metrics").lines())
                    .anyMatch(line -> line.matches("galley_database_requests_regular_total [1-9].*"))
                    .anyMatch(line -> line.matches("galley_database_connections_opened_total [1-9].*"))
                    .anyMatch(line -> line.matches("galley_database_reruns_connection_lost_total 0.*"))
                    .anyMatch(line -> line.matches("galley_schema_version [2-9].*"))
                    .anyMatch(line -> line.matches("galley_schema_age_seconds \\d.*"));
            assertThat(Files.getPosixFilePermissions(dir.resolve(".galley/running.env")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(Files.getPosixFilePermissions(dir.resolve(".galley/log")))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(dir.resolve(".galley/log/galley-0.log")).exists();

            assertThat(GalleyProcess.run(dir, "stop").output()).isEqualTo("stopped\n");
            assertThat(program.ended().exitCode()).isZero();
        }
        assertThat(postgresProcesses()).isEmpty();
        try (GalleyProcess program = dev().ready(port)) {
            assertThat(status()).isEqualTo(first);
            GalleyProcess.until(
                    "the advice on an open table", () -> program.printed().contains("notes can be reached"));
            assertThat(sql("select id from notes")).isEqualTo("id\n1\n");
            program.process.destroyForcibly();
            program.ended();
        }
        // After kill -9: nothing claims to run, PostgreSQL goes too, and the next start recovers.
        assertThat(GalleyProcess.run(dir, "status").exitCode()).isEqualTo(3);
        GalleyProcess.until("no PostgreSQL is left", () -> postgresProcesses().isEmpty());
        try (GalleyProcess program = dev().ready(port)) {
            assertThat(sql("select id from notes")).isEqualTo("id\n1\n");
            program.process.destroy();
            assertThat(program.ended().exitCode()).isZero();
        }
        assertThat(postgresProcesses()).isEmpty();
    }

    private List<Long> postgresProcesses() {
        return EmbeddedPostgres.processesOn(dir.resolve(".galley/postgres/data"));
    }

    @Test
    void serveOpensNoTcpPortForTheDatabaseAndPrintsNoKeys() throws Exception {
        try (GalleyProcess program = GalleyProcess.start(dir, "serve", "--port", Integer.toString(port))
                .ready(port)) {
            Map<String, String> variables = status();
            assertThat(variables).doesNotContainKey("DB_URL");
            assertThat(program.output()).doesNotContain(variables.get("SECRET_KEY"), variables.get("JWT_SECRET"));
            var sql = GalleyProcess.run(dir, "sql", "select 1");
            assertThat(sql.exitCode()).isEqualTo(1);
            assertThat(sql.output()).contains("no TCP port").hasLineCount(1);
        }
    }

    @Test
    void aTakenPortIsOneClearLine() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var api = GalleyProcess.run(
                    dir, "dev", "--port", Integer.toString(other.getLocalPort()), "--set", "postgres.port=0");
            assertThat(api.exitCode()).isEqualTo(1);
            assertThat(last(api.output())).contains(Integer.toString(other.getLocalPort()));
            var database =
                    GalleyProcess.run(dir, "dev", "--port", "0", "--set", "postgres.port=" + other.getLocalPort());
            assertThat(database.exitCode()).isEqualTo(1);
            assertThat(last(database.output())).contains(Integer.toString(other.getLocalPort()), "postgres.port");
        }
        assertThat(postgresProcesses()).isEmpty();
    }

    private static String last(String output) {
        assertThat(output).doesNotContain("\tat ");
        return output.lines().reduce((_, line) -> line).orElse("");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dve                                  | galley: unknown command dve; did you mean dev?
            --prot=1 dev                         | galley: unknown option --prot; `galley --help` shows the commands
            dev --prot 1                         | galley: unknown option --prot; did you mean --port?
            dev --ste=auth.jwt-secret=hunter2    | galley: unknown option --ste; did you mean --set?
            dev --port                           | galley: --port needs a value
            dev --port 1 --port 2                | galley: --port is given more than once
            dev now                              | galley: too many arguments for dev
            sql                                  | galley: sql needs SQL
            passwords x                          | galley: passwords needs FILE
            dev --port x                         | galley: http.port = "x" (--port): must be a whole number, 0 to 65535
            dev --set http.prot=1                | galley: unknown setting http.prot (--set http.prot). Did you mean http.port?
            dev --set auth.jwt-secret hunter2    | galley: --set: write --set key=value
            dev --set nonsense                   | galley: --set "nonsense": write --set key=value
            dev --services rst                   | galley: server.services: there is no service rst. Did you mean rest?
            dev --db-url mysql://x               | galley: postgres.url: not a database URL
            settings --set api.schemas=auth      | galley: api.schemas: auth can never be exposed
            status -o yaml                       | galley: nothing runs on
            """)
    void wrongUsageIsOneLineWithAHint(String arguments, String expected) throws Exception {
        var ended = GalleyProcess.run(dir, arguments.split(" +"));
        assertThat(ended.output()).startsWith(expected).hasLineCount(1).doesNotContain("hunter2");
        assertThat(ended.exitCode()).isNotZero();
        assertThat(dir.resolve(".galley")).doesNotExist();
    }

    @Test
    void helpNamesTheCommandsAndTheirOptions() throws Exception {
        assertThat(GalleyProcess.run(dir, "--help").output())
                .startsWith("Usage: galley COMMAND")
                .contains("  dev ", "  serve ", "  status ", "  stop ", "  sql ", "  passwords ", "  settings ")
                .doesNotContain("rehearse");
        assertThat(GalleyProcess.run(dir, "sql", "--help").output())
                .startsWith("Usage: galley sql SQL [OPTIONS]")
                .contains("--dir DIR");
        assertThat(GalleyProcess.run(dir, "status", "-h").output()).contains("-o, --output FORMAT");
        assertThat(GalleyProcess.run(dir, "-V").output()).startsWith("galley ").hasLineCount(1);
        assertThat(GalleyProcess.run(dir).exitCode()).isEqualTo(2);
    }

    @Test
    void serveRefusesSecretsThatEverybodyKnows() throws Exception {
        var secret = GalleyProcess.run(
                dir, "serve", "--set", "auth.jwt-secret=super-secret-jwt-token-with-at-least-32-characters-long");
        assertThat(secret.exitCode()).isEqualTo(1);
        assertThat(secret.output()).contains("auth.jwt-secret is an example's").hasLineCount(1);
        var password = GalleyProcess.run(
                dir, "serve", "--set", "postgres.port=1", "--set", "server.database-password=postgres");
        assertThat(password.output()).contains("server.database-password").hasLineCount(1);
    }

    @Test
    void nothingRunsHereIsSaidByStatusAndStop() throws Exception {
        assertThat(GalleyProcess.run(dir, "status").output()).contains("nothing runs on " + dir);
        assertThat(GalleyProcess.run(dir, "stop").exitCode()).isEqualTo(3);
        Files.createDirectories(dir.resolve(".galley"));
        Files.writeString(
                dir.resolve(".galley/running.env"),
                "GALLEY_PID=" + ProcessHandle.current().pid() + "\nGALLEY_START=another\n");
        assertThat(GalleyProcess.run(dir, "stop").exitCode())
                .as("a process that has taken over the number of a dead one is not ours")
                .isEqualTo(3);
    }

    @Test
    void anUnknownVariableAndAFileAreNamedWithTheirPlace() throws Exception {
        Files.writeString(dir.resolve("galley.toml"), "[http]\nport = 1\nhots = 'x'\n");
        try (GalleyProcess program = GalleyProcess.start(dir, Map.of("GALLEY_HTTP_PROT", "1"), "settings")) {
            var ended = program.ended();
            assertThat(ended.output())
                    .contains("GALLEY_HTTP_PROT (environment variable). Did you mean GALLEY_HTTP_PORT?")
                    .contains("http.hots (galley.toml:3). Did you mean http.host?");
            assertThat(ended.exitCode()).isEqualTo(2);
        }
    }
}
