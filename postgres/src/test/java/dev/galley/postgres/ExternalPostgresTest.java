package dev.galley.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.postgres.PostgresException.Kind;
import dev.galley.postgres.testkit.TestPostgres;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExternalPostgresTest {
    private final TestPostgres postgres = TestPostgres.shared();

    private static void assertRefused(DatabaseAddress address, Kind kind, String reason) {
        assertThatThrownBy(() -> ExternalPostgres.connect(address))
                .isInstanceOfSatisfying(
                        PostgresException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(reason);
    }

    @Test
    void aPlainLoginIsEnough() {
        DatabaseAddress database = postgres.createDatabase("create role plain_login login");
        ExternalPostgres external = ExternalPostgres.connect(database.withLogin("plain_login", Optional.empty()));
        assertThat(external.version()).isGreaterThanOrEqualTo(180_000);
        assertThat(external.health()).isEqualTo(new Postgres.Healthy());
        external.stop();
        assertThat(external.health()).isEqualTo(new Postgres.Healthy());
    }

    @Test
    void aMissingDatabaseIsNamed() {
        assertRefused(postgres.address().withDatabase("nowhere"), Kind.NO_DATABASE, "no database \"nowhere\"");
    }

    @Test
    void anUnknownRoleIsRefused() {
        assertRefused(
                postgres.address().withLogin("nobody_known", Optional.empty()), Kind.LOGIN_REFUSED, "nobody_known");
    }

    @Test
    void anAddressWhereNobodyListensIsUnreachable() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertRefused(
                DatabaseAddress.parse("postgresql://u:secret@127.0.0.1:" + port + "/db"),
                Kind.UNREACHABLE,
                "127.0.0.1");
        assertRefused(DatabaseAddress.parse("postgresql://u@/db?host=/nowhere"), Kind.UNREACHABLE, "/nowhere");
    }

    @Test
    void anOldServerIsRefused() {
        ExternalPostgres.requireSupported(postgres.address(), 150_000);
        assertThatThrownBy(() -> ExternalPostgres.requireSupported(postgres.address(), 140_017))
                .isInstanceOfSatisfying(
                        PostgresException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOO_OLD))
                .hasMessageContaining("PostgreSQL 14")
                .hasMessageContaining("15 or newer");
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertRefused(
                    DatabaseAddress.parse("postgresql://u@127.0.0.1:" + silent.getLocalPort() + "/db?sslmode=disable"),
                    Kind.UNREACHABLE,
                    "no PostgreSQL can be reached");
        }
    }
}
