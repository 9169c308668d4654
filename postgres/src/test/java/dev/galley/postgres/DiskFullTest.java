package dev.galley.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.testkit.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The disk with the data is full for a while. Where no small disk can be mounted, only that is checked. */
class DiskFullTest {
    private static final int MEGABYTES = 112;

    /** The table cannot grow: the statement fails, the server goes on. */
    @Test
    void writesAreRefusedWhileATableCannotGrow() throws Exception {
        fillAndFree("insert into t select repeat(md5(random()::text), 4000)", "could not extend file");
    }

    /** The log of changes cannot grow: the server panics, ends, and cannot start until there is space. */
    @Test
    void theServerComesBackByItselfWhenThereIsSpaceForItsLogAgain() throws Exception {
        fillAndFree(
                "select pg_logical_emit_message(true, 'galley', repeat('x', 3000000)); insert into t values ('x')",
                "PANIC");
    }

    /** @param sign what the server's log says when it has come to what the test is about */
    private static void fillAndFree(String write, String sign) throws Exception {
        Optional<SmallDisk> mounted = SmallDisk.mount(MEGABYTES);
        if (mounted.isEmpty()) {
            assertThat(Programs.run("id", "-u", "-n")).as("may not mount").isNotEmpty();
            return;
        }
        Path project = Server.newProject();
        try (SmallDisk disk = mounted.get();
                EmbeddedPostgres postgres = EmbeddedPostgres.start(
                        project,
                        Server.settings("postgres.data-dir=" + disk.path().resolve("pg")))) {
            Server.query(postgres.address(), "create table t (x text); insert into t values ('first')");
            int kept = 0;
            int failed = 0;
            disk.fill();
            while (failed < 3 || !Files.readString(postgres.logFile()).contains(sign)) {
                if (write(postgres, write)) {
                    kept++;
                } else {
                    failed++;
                }
            }
            disk.free();
            Server.await("writes are possible again", () -> write(postgres, write));
            Server.await("healthy", () -> postgres.health().equals(new Postgres.Healthy()));
            assertThat(Integer.parseInt(Server.query(postgres.address(), "select count(*) from t")))
                    .as("every acknowledged row is there")
                    .isGreaterThan(kept);
        } finally {
            FileTrees.delete(project);
        }
    }

    private static boolean write(EmbeddedPostgres postgres, String write) {
        try {
            Server.query(postgres.address(), write);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }
}
