package dev.galley.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class PostgresBundleTest {
    @TempDir
    Path folder;

    @Test
    void theProgramsOwnServerIsUsedWhereItLies() throws Exception {
        PostgresBundle bundle = PostgresBundle.load();
        Path shipped = folder.resolve("program");
        Path server = bundle.unpackServer(shipped);
        withShipped(
                shipped,
                () -> assertThat(bundle.server(folder.resolve("cache"), OsUser.current()))
                        .isEqualTo(server));
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void whereItCannotBeRunACopyIsMadeThatAllCanUse() throws Exception {
        PostgresBundle bundle = PostgresBundle.load();
        Path shipped = folder.resolve("program");
        Path program = bundle.unpackServer(shipped).resolve("bin/postgres");
        // As on a file system that forbids to run programs, or behind a folder that is closed.
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rw-------"));
        withShipped(shipped, () -> {
            Path copy = bundle.server(folder.resolve("cache"), OsUser.current());
            assertThat(copy).startsWith(folder.resolve("cache"));
            assertThat(Programs.run(copy.resolve("bin/postgres").toString(), "--version"))
                    .contains("PostgreSQL");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.resolve("bin/postgres"))))
                    .isEqualTo("rwxr-xr-x");
        });
    }

    private interface Check {
        void run() throws Exception;
    }

    private static void withShipped(Path shipped, Check check) throws Exception {
        System.setProperty("galley.postgres", shipped.toString());
        try {
            check.run();
        } finally {
            System.clearProperty("galley.postgres");
        }
    }
}
