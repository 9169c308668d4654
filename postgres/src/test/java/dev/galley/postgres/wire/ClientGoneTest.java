package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a program asked for ends when the program does. */
class ClientGoneTest {
    private static final String RUNNING =
            "select pid from pg_stat_activity where datname = current_database() and query like 'select pg_sleep%'";

    @Test
    void aQueryEndsSoonAfterItsClientIsGoneWithoutAWord() {
        DatabaseAddress database = TestPostgres.shared()
                .createDatabase(
                        "do $$ begin create role wire_gone; exception when duplicate_object then null; end $$;");
        try (WireHarness wire = new WireHarness(database, WireSettings.DEFAULT)) {
            wire.start(Ask.write("wire_gone", "select pg_sleep(600)"));
            WireHarness.await(
                    "the query runs",
                    () -> !TestPostgres.shared().query(database, RUNNING).isEmpty());
        }
        WireHarness.await(
                "the query has ended",
                () -> TestPostgres.shared().query(database, RUNNING).isEmpty());
        assertThat(TestPostgres.shared().query(database, RUNNING)).isEmpty();
    }

    /** A server that refuses the setting, as PostgreSQL does on a platform that cannot tell, is asked again without it. */
    @Test
    void aServerThatCannotLookOutForUsIsUsedAllTheSame() throws Exception {
        List<Boolean> asked = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> played = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 2; i++) {
                    asked.add(refuse(server));
                }
            });
            DatabaseAddress address = DatabaseAddress.parse(
                    "postgresql://nobody@127.0.0.1:" + server.getLocalPort() + "/none?sslmode=disable");
            try (WireHarness wire = new WireHarness(address, WireSettings.DEFAULT)) {
                wire.start(Ask.read("nobody", "select 1")).failure();
            }
            played.get(30, java.util.concurrent.TimeUnit.SECONDS);
        }
        assertThat(asked).containsExactly(true, false);
    }

    /** Plays a login that is refused for the setting; says whether it was asked for. */
    private static boolean refuse(ServerSocket server) {
        try (Socket client = server.accept()) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            byte[] startup = in.readNBytes(in.readInt() - 4);
            byte[] fields = ("SFATAL\0VFATAL\0C22023\0M" + Login.CLIENT_CHECK
                            + " must be set to 0 on this platform\0\0")
                    .getBytes(StandardCharsets.US_ASCII);
            var out = new java.io.DataOutputStream(client.getOutputStream());
            out.writeByte('E');
            out.writeInt(fields.length + 4);
            out.write(fields);
            out.flush();
            in.readAllBytes();
            return new String(startup, StandardCharsets.US_ASCII).contains(Login.CLIENT_CHECK);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
