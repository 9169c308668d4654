package dev.galley.postgres;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.postgres.PostgresException.Kind;
import dev.galley.postgres.testkit.PackedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last version that is not supported, refused as somebody else's server and as programs for one of our own. */
class TooOldPostgresTest {
    private static final int PORT = 5432;

    @TempDir
    Path dir;

    @Test
    void isRefusedWithBothVersionsNamed() throws Exception {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path bin = PackedPostgres.unpack(14, Files.createDirectory(dir.resolve("postgresql")));
        assertTooOld(() -> ServerProgram.Installed.in(bin));

        Path data = dir.resolve("data");
        OsUser user = OsUser.forServer(Optional.empty(), data);
        new ServerProgram.Installed(bin, 14).makeData(data, user);
        ServerConfig.write(
                data,
                Map.of(
                        "listen_addresses", "",
                        "unix_socket_directories", data.toString(),
                        "port", Integer.toString(PORT)),
                user);
        Postmaster server =
                Postmaster.start(bin, data, user, new ServerLog(dir.resolve("log"), 1 << 20, HiddenValues.NONE));
        try {
            server.awaitReady(Duration.ofSeconds(30));
            assertTooOld(() -> ExternalPostgres.connect(new DatabaseAddress(
                    new DatabaseAddress.UnixSocket(data, PORT),
                    "postgres",
                    "supabase_admin",
                    Optional.empty(),
                    DatabaseAddress.Tls.DISABLE)));
        } finally {
            server.stop(Duration.ofSeconds(5));
        }
    }

    private static void assertTooOld(ThrowingCallable connecting) {
        assertThatThrownBy(connecting)
                .isInstanceOfSatisfying(
                        PostgresException.class,
                        e -> org.assertj.core.api.Assertions.assertThat(e.kind())
                                .isEqualTo(Kind.TOO_OLD))
                .hasMessageContaining("PostgreSQL 14")
                .hasMessageContaining("needs 15 or newer");
    }
}
