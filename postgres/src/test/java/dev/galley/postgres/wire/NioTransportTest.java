package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseAddress.UnixSocket;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The data path where the native transport (epoll) is missing: the JDK's own speaks to Unix sockets too. */
class NioTransportTest {
    @Test
    void speaksToAUnixSocket() {
        DatabaseAddress database = TestPostgres.shared().createDatabase("create role nio_reader");
        assertThat(database.endpoint()).isInstanceOf(UnixSocket.class);
        try (WireHarness wire =
                new WireHarness(database, SettingsFor.connections(3, 2), WireObserver.NONE, Map.of(), false)) {
            assertThat(wire.vertx.isNativeTransportEnabled()).isFalse();
            assertThat(wire.value(Ask.write("nio_reader", "select current_user")))
                    .isEqualTo("nio_reader");
            assertThat(wire.value(Ask.bounded("nio_reader", "select repeat('x', 1000000)")))
                    .hasSize(1_000_000);
        }
    }
}
