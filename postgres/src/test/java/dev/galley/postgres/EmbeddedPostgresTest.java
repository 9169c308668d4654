package dev.galley.postgres;

import static dev.galley.postgres.Server.query;
import static dev.galley.postgres.Server.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresTest {
    private Path project;

    @BeforeEach
    void makeProject() throws IOException {
        project = Server.newProject();
    }

    @AfterEach
    void nothingIsLeftRunning() throws IOException {
        Path data = project.resolve(".galley/postgres/data");
        if (Files.exists(data)) {
            assertThat(EmbeddedPostgres.processesOn(data)).isEmpty();
        }
        FileTrees.delete(project);
    }

    @Test
    void keepsItsDataFromOneStartToTheNext() throws Exception {
        try (EmbeddedPostgres first = EmbeddedPostgres.start(project, settings())) {
            assertThat(first.health()).isEqualTo(new Postgres.Healthy());
            assertThat(first.dataDirectory()).isEqualTo(project.resolve(".galley/postgres/data"));
            query(first.address(), "create table kept as select 42 as answer");
        }
        try (EmbeddedPostgres second = EmbeddedPostgres.start(project, settings())) {
            assertThat(query(second.address(), "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void isDurableCheckedUtf8AndUtc() throws Exception {
        try (EmbeddedPostgres postgres =
                EmbeddedPostgres.start(project, settings("postgres.parameters=work_mem=9MB"))) {
            DatabaseAddress address = postgres.address();
            assertThat(query(address, "show fsync")).isEqualTo("on");
            assertThat(query(address, "show full_page_writes")).isEqualTo("on");
            assertThat(query(address, "show data_checksums")).isEqualTo("on");
            assertThat(query(address, "show server_encoding")).isEqualTo("UTF8");
            assertThat(query(
                            address,
                            "select datlocprovider::text || datlocale from pg_database where datname = 'postgres'"))
                    .isEqualTo("bC.UTF-8");
            // The session's own was set by pgjdbc.
            assertThat(query(address, "select setting from pg_file_settings where name = 'timezone' and applied"))
                    .isEqualTo("UTC");
            assertThat(query(address, "show wal_level")).isEqualTo("logical");
            assertThat(query(address, "show listen_addresses")).isEmpty();
            assertThat(query(address, "show work_mem")).isEqualTo("9MB");
            assertThat(query(address, "select upper('é')")).isEqualTo("É");
            for (String extension : List.of("pgcrypto", "\"uuid-ossp\"", "pg_trgm", "postgres_fdw", "hstore")) {
                query(address, "create extension " + extension);
            }
        }
    }

    @Test
    void everyClusterHasAnIdentityOfItsOwn() throws Exception {
        Path other = Server.newProject();
        try (EmbeddedPostgres one = EmbeddedPostgres.start(project, settings());
                EmbeddedPostgres two = EmbeddedPostgres.start(other, settings())) {
            String sql = "select system_identifier from pg_control_system()";
            assertThat(query(one.address(), sql))
                    .isNotEqualTo(query(two.address(), sql))
                    .isEqualTo(Long.toString(SystemIdentifier.read(one.dataDirectory())));
        } finally {
            FileTrees.delete(other);
        }
    }

    @Test
    void onlyItsUserCanEnterTheFoldersOfDataAndSocket() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(project, settings())) {
            var socket = (DatabaseAddress.UnixSocket) postgres.address().endpoint();
            for (Path folder : List.of(postgres.dataDirectory(), socket.directory())) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                        .isEqualTo("rwx------");
                assertThat(Files.getAttribute(folder, "unix:uid")).isNotEqualTo(0);
            }
            // It quotes the SQL of the users.
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(postgres.logFile().getParent())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void listensOnTcpWhenAskedAndOnlyWithTheRightPassword() throws Exception {
        int port = freePort();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(project, settings("postgres.port=" + port))) {
            query(postgres.address(), "create role dev login password 'right'");
            DatabaseAddress dev = new DatabaseAddress(
                    postgres.tcp().orElseThrow(), "postgres", "dev", Optional.of("right"), DatabaseAddress.Tls.PREFER);
            assertThat(query(dev, "select current_user")).isEqualTo("dev");
            assertThat(query(DatabaseAddress.parse(dev.url()), "select current_user"))
                    .isEqualTo("dev");
            assertThatThrownBy(() -> query(dev.withLogin("dev", Optional.of("wrong")), "select 1"))
                    .hasMessageContaining("password authentication failed");
            assertThatThrownBy(() -> ExternalPostgres.connect(dev.withLogin("dev", Optional.of("wrong"))))
                    .isInstanceOfSatisfying(
                            PostgresException.class,
                            e -> assertThat(e.kind()).isEqualTo(PostgresException.Kind.LOGIN_REFUSED))
                    .message()
                    .doesNotContain("wrong");
            assertThatThrownBy(() -> query(dev.withLogin("supabase_admin", Optional.of("")), "select 1"))
                    .hasMessageContaining("password");
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedPostgres.start(project, settings("postgres.port=" + taken.getLocalPort())))
                    .isInstanceOf(PostgresException.class)
                    .hasMessageContaining("TCP port " + taken.getLocalPort() + " is taken");
        }
        // The failed start has left no lock.
        EmbeddedPostgres.start(project, settings()).stop();
    }

    @Test
    void aPathTooLongForASocketIsNoObstacle() throws Exception {
        Path deep = project.resolve("x".repeat(60)).resolve("y".repeat(60));
        Files.createDirectories(deep);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(deep, settings())) {
            assertThat(query(postgres.address(), "select 1")).isEqualTo("1");
        }
    }

    @Test
    void aSecondStartInTheSameProgramIsRefused() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(project, settings())) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> EmbeddedPostgres.start(project, settings()))
                        .isInstanceOfSatisfying(
                                PostgresException.class,
                                e -> assertThat(e.kind()).isEqualTo(PostgresException.Kind.IN_USE));
            }
            assertThat(query(postgres.address(), "select 1")).isEqualTo("1");
        }
    }

    @Test
    void dataOfAnotherMajorVersionAreRefusedAndLeftAlone() throws Exception {
        EmbeddedPostgres.start(project, settings()).stop();
        Path version = project.resolve(".galley/postgres/data/PG_VERSION");
        Files.writeString(version, "17\n");
        assertThatThrownBy(() -> EmbeddedPostgres.start(project, settings()))
                .isInstanceOfSatisfying(
                        PostgresException.class, e -> assertThat(e.kind()).isEqualTo(PostgresException.Kind.WRONG_DATA))
                .hasMessageContaining("PostgreSQL 17")
                .hasMessageContaining("PostgreSQL 18")
                .hasMessageContaining("postgres.bin");
        assertThat(version).hasContent("17\n");
        Files.delete(version);
        assertThatThrownBy(() -> EmbeddedPostgres.start(project, settings())).hasMessageContaining("no PG_VERSION");
        Files.writeString(version, "18\n");
        EmbeddedPostgres.start(project, settings()).stop();
    }

    @Test
    void aBadServerParameterIsShownWithTheServersOwnWordsButWithoutItsValue() throws IOException {
        assertThatThrownBy(() -> EmbeddedPostgres.start(project, settings("postgres.parameters=work_mem=hunter2")))
                .isInstanceOf(PostgresException.class)
                .hasMessageContaining("invalid value for parameter \"work_mem\": \"...\"")
                .hasMessageNotContaining("hunter2");
        assertThat(Files.readString(project.resolve(".galley/postgres/log/postgres.log")))
                .contains("work_mem")
                .doesNotContain("hunter2");
    }

    @Test
    void aHalfMadeDataDirectoryIsMadeAnew() throws Exception {
        Path partial = project.resolve(".galley/postgres/data.partial");
        Files.createDirectories(partial.resolve("base"));
        Files.writeString(partial.resolve("PG_VERSION"), "18\n");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(project, settings())) {
            assertThat(query(postgres.address(), "select 1")).isEqualTo("1");
        }
        assertThat(partial).doesNotExist();
    }

    @Test
    void dataThatTheMachineMayHaveLostBeforeAnybodyUsedThemAreSetAside() throws Exception {
        try (EmbeddedPostgres first = EmbeddedPostgres.start(project, settings())) {
            first.awaitOnDisk();
        }
        Path home = project.resolve(".galley/postgres");
        Files.writeString(home.resolve("data.unflushed"), "another boot\n");
        Files.delete(home.resolve("data/global/pg_control"));
        try (EmbeddedPostgres second = EmbeddedPostgres.start(project, settings())) {
            second.awaitOnDisk();
            assertThat(query(second.address(), "select 1")).isEqualTo("1");
        }
        assertThat(home).isDirectoryContaining("glob:**/data.incomplete-*");
        assertThat(home).isDirectoryNotContaining("glob:**/data.unflushed");
    }

    @Test
    void aStaleLockFileWhoseProcessIdBelongsToAnotherProgramNowIsNoObstacle() throws Exception {
        EmbeddedPostgres.start(project, settings()).stop();
        Path data = project.resolve(".galley/postgres/data");
        // Of the server's own user: PostgreSQL by itself refuses to start beside such a process.
        OsUser user = OsUser.forServer(Optional.empty(), data);
        List<String> command = new ArrayList<>(user.asThisUser());
        command.addAll(List.of("sleep", "60"));
        Process other = new ProcessBuilder(command).start();
        try {
            Path stale = data.resolve("postmaster.pid");
            Files.writeString(stale, other.pid() + "\n" + data + "\n1\n5432\n\n\n  0  0\nready   \n");
            user.own(stale);
            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(project, settings())) {
                assertThat(query(postgres.address(), "select 1")).isEqualTo("1");
            }
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void aServerThatOutlivedItsProgramIsStoppedFirst() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(project, settings())) {
            query(postgres.address(), "create table kept as select 1");
        }
        Path data = project.resolve(".galley/postgres/data");
        Path bin = ServerProgram.Carried.of(Server.cache(), OsUser.current()).bin();
        List<String> command =
                new ArrayList<>(OsUser.forServer(Optional.empty(), data).asThisUser());
        command.addAll(List.of(bin.resolve("postgres").toString(), "-D", data.toString()));
        Process orphan = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Server.await(
                "the orphan runs",
                () -> Files.exists(data.resolve("postmaster.pid"))
                        && Files.readString(data.resolve("postmaster.pid")).contains("ready"));
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(project, settings())) {
            assertThat(orphan.waitFor(1, TimeUnit.SECONDS)).isTrue();
            assertThat(orphan.exitValue()).as("a clean shutdown").isZero();
            assertThat(query(postgres.address(), "select count(*) from kept")).isEqualTo("1");
        }
    }

    @Test
    void aKilledServerComesBackByItselfAndListenersAreTold() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(project, settings())) {
            CountDownLatch restarts = new CountDownLatch(2);
            postgres.onRestart(() -> {
                throw new IllegalStateException("a listener's fault must not matter");
            });
            postgres.onRestart(restarts::countDown);
            query(postgres.address(), "create table kept as select 7 as n");
            for (int i = 0; i < 2; i++) {
                long killed = postgres.pid().orElseThrow();
                Programs.signal(killed, "KILL");
                Server.await(
                        "a new server",
                        () -> postgres.pid().isPresent()
                                && postgres.pid().get() != killed
                                && postgres.health() instanceof Postgres.Healthy);
                assertThat(query(postgres.address(), "select n from kept")).isEqualTo("7");
            }
            assertThat(restarts.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void itsLogIsBounded() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(project, settings("postgres.log-size=10KiB"))) {
            query(postgres.address(), """
                    do $$ begin for i in 1..1000 loop raise warning 'line % of many', i; end loop; end $$""");
            Server.await(
                    "the log began anew", () -> Files.exists(postgres.logFile().resolveSibling("postgres.log.1")));
            assertThat(Files.size(postgres.logFile().resolveSibling("postgres.log.1")))
                    .isLessThan(20_000);
        }
    }

    @Test
    void installedProgramsRunAPrivateServer() throws Exception {
        Path bin = ServerProgram.Carried.of(Server.cache(), OsUser.current()).bin();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(project, settings("postgres.bin=" + bin))) {
            assertThat(query(postgres.address(), "show data_checksums")).isEqualTo("on");
            assertThat(query(postgres.address(), "show server_encoding")).isEqualTo("UTF8");
            assertThat(query(postgres.address(), "select current_user")).isEqualTo("supabase_admin");
        }
    }

    @Test
    void aFolderWithoutProgramsIsRefused() {
        assertThatThrownBy(() -> EmbeddedPostgres.start(project, settings("postgres.bin=/usr/share")))
                .isInstanceOf(PostgresException.class)
                .hasMessageContaining("no program postgres in /usr/share");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
