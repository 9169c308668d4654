package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseAddress.UnixSocket;
import dev.galley.postgres.DatabaseFailure.Unavailable;
import dev.galley.postgres.TestServer;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to log in that a real server asks for. */
class LoginTest {
    private static DatabaseAddress server;

    @BeforeAll
    static void prepare() throws IOException {
        server = TestServer.start().address();
        TestPostgres.shared().execute(server, """
                set password_encryption = 'scram-sha-256';
                create role scram login password 'pässword';
                create role clear login password 'pässword';
                set password_encryption = 'md5';
                create role md5 login password 'pässword';
                """);
        Path hba = Path.of(TestPostgres.shared().query(server, "show hba_file").getFirst());
        Files.writeString(hba, """
                local all scram scram-sha-256
                local all clear password
                local all md5 md5
                local all all trust
                """);
        TestPostgres.shared().query(server, "select pg_reload_conf()");
        WireHarness.await("the new rules", () -> {
            try {
                TestPostgres.shared()
                        .connect(server.withLogin("scram", Optional.of("wrong")))
                        .close();
                return false;
            } catch (Exception e) {
                return true;
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"scram", "clear", "md5"})
    void theRightPasswordOpens(String user) {
        try (WireHarness wire =
                new WireHarness(server.withLogin(user, Optional.of("pässword")), WireSettings.DEFAULT)) {
            assertThat(wire.value(Ask.read(user, "select session_user"))).isEqualTo(user);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scram", "clear", "md5"})
    void aWrongPasswordOrNoneIsUnavailableAndNeverPrinted(String user) {
        for (Optional<String> password : java.util.List.of(Optional.of("hunter2"), Optional.<String>empty())) {
            try (WireHarness wire = new WireHarness(server.withLogin(user, password), WireSettings.DEFAULT)) {
                assertThat(wire.start(Ask.read(user, "select 1")).failure())
                        .isInstanceOfSatisfying(
                                Unavailable.class,
                                failure -> assertThat(failure.reason())
                                        .contains("password")
                                        .doesNotContain("hunter2"));
            }
        }
    }

    @Test
    void anUnknownDatabaseIsUnavailable() {
        try (WireHarness wire = new WireHarness(server.withDatabase("nowhere"), WireSettings.DEFAULT)) {
            assertThat(wire.start(Ask.read("postgres", "select 1")).failure()).isInstanceOf(Unavailable.class);
        }
    }

    @Test
    void aSocketThatIsNotThereIsUnavailable() {
        DatabaseAddress nobody = new DatabaseAddress(
                new UnixSocket(Path.of("/nowhere"), 1), "x", "x", Optional.empty(), DatabaseAddress.Tls.DISABLE);
        try (WireHarness wire = new WireHarness(nobody, WireSettings.DEFAULT)) {
            assertThat(wire.start(Ask.read("x", "select 1")).failure()).isInstanceOf(Unavailable.class);
        }
    }
}
