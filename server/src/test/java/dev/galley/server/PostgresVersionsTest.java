package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.testkit.PackedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program on its own server of each PostgreSQL before the one inside, and on another database of it as a login that is no superuser. */
class PostgresVersionsTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17})
    void readsAndWritesUnderRowLevelSecurityOnItsOwnServerAndOnSomebodyElses(int version) throws Exception {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path bin = PackedPostgres.unpack(version, Files.createDirectory(dir.resolve("postgresql")));
        Path own = Files.createDirectory(dir.resolve("own"));
        Path external = Files.createDirectory(dir.resolve("external"));
        int databasePort = GalleyProcess.freePort();
        String developer = "postgresql://postgres:postgres@127.0.0.1:" + databasePort + "/postgres";
        String tenant = "postgresql://tenant:tenant@127.0.0.1:" + databasePort + "/second";
        try (GalleyProcess _ =
                Shelves.start(own, "--set", "postgres.port=" + databasePort, "--pg-bin", bin.toString())) {
            assertThat(Shelves.sql(developer, "select current_setting('server_version')"))
                    .startsWith(version + ".");
            Shelves.sql(developer, """
                    create role tenant login createrole password 'tenant';
                    grant tenant to current_user; grant anon, authenticated, service_role to tenant""");
            Shelves.sql(developer, "create database second owner tenant");
            Shelves.areServed(own, developer);
            try (GalleyProcess _ = Shelves.start(external, "--db-url", tenant)) {
                Shelves.areServed(external, tenant);
            }
        }
    }
}
