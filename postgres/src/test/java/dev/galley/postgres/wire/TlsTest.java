package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseAddress.Tcp;
import dev.galley.postgres.DatabaseAddress.Tls;
import dev.galley.postgres.DatabaseAddress.UnixSocket;
import dev.galley.postgres.DatabaseFailure.Unavailable;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** TLS as libpq's sslmode means it, against a real server behind something that speaks TLS for it. */
class TlsTest {
    private enum Answer {
        TLS,
        NO_TLS,
        TLS_AND_EARLY_BYTES
    }

    private final DatabaseAddress real = TestPostgres.shared().address();
    private ServerSocket listener;
    private X509Bundle certificate;
    private volatile Answer answer = Answer.TLS;

    @BeforeEach
    void listen() throws Exception {
        certificate = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = listener.accept();
                    Thread.ofVirtual().start(() -> serve(client));
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    @Test
    void aServerWithTlsIsReachedInEveryMode() throws Exception {
        String root = certificate.toTempCertChainPem().getPath();
        for (Tls mode : new Tls[] {Tls.PREFER, Tls.REQUIRE, Tls.VERIFY_CA, Tls.VERIFY_FULL}) {
            assertThat(ask("localhost", mode, Optional.of(root))).as("%s", mode).isEqualTo("1");
        }
        assertThat(ask("127.0.0.1", Tls.VERIFY_CA, Optional.of(root))).isEqualTo("1");
    }

    @Test
    void anUntrustedCertificateAndAWrongNameAreRefused() throws Exception {
        String root = certificate.toTempCertChainPem().getPath();
        assertThat(ask("localhost", Tls.VERIFY_CA, Optional.empty())).startsWith("Unavailable");
        assertThat(ask("localhost", Tls.VERIFY_FULL, Optional.empty())).startsWith("Unavailable");
        assertThat(ask("127.0.0.1", Tls.VERIFY_FULL, Optional.of(root))).startsWith("Unavailable");
    }

    @Test
    void aServerWithoutTlsIsUsedOnlyWhenThatIsAllowed() {
        answer = Answer.NO_TLS;
        assertThat(ask("localhost", Tls.REQUIRE, Optional.empty())).startsWith("Unavailable");
        assertThat(ask("localhost", Tls.VERIFY_FULL, Optional.empty())).startsWith("Unavailable");
        assertThat(ask("localhost", Tls.PREFER, Optional.empty())).isEqualTo("1");
    }

    @Test
    void bytesSentBeforeTheHandshakeAreNotTakenForTheServers() {
        answer = Answer.TLS_AND_EARLY_BYTES;
        assertThat(ask("localhost", Tls.REQUIRE, Optional.empty())).startsWith("Unavailable");
    }

    private String ask(String host, Tls mode, Optional<String> root) {
        DatabaseAddress address = new DatabaseAddress(
                new Tcp(host, listener.getLocalPort()), real.database(), real.user(), real.password(), mode);
        try (WireHarness wire = new WireHarness(address, SettingsFor.rootCertificate(root))) {
            WireHarness.Call call = wire.start(Ask.read(real.user(), "select 1"));
            try {
                call.get();
                return call.rows.only();
            } catch (dev.galley.postgres.DatabaseException e) {
                return e.failure() instanceof Unavailable ? "Unavailable" : e.toString();
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                SocketChannel server = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.getInputStream().readNBytes(8);
            server.connect(UnixDomainSocketAddress.of(((UnixSocket) real.endpoint()).file()));
            Socket talk = client;
            switch (answer) {
                case NO_TLS -> client.getOutputStream().write('N');
                case TLS_AND_EARLY_BYTES -> client.getOutputStream().write(new byte[] {'S', 'E', 0, 0, 0, 5, 0});
                case TLS -> {
                    client.getOutputStream().write('S');
                    SSLSocket secure =
                            (SSLSocket) context().getSocketFactory().createSocket(client, null, client.getPort(), true);
                    secure.setUseClientMode(false);
                    secure.startHandshake();
                    talk = secure;
                }
            }
            Socket speaker = talk;
            Thread.ofPlatform().daemon().start(() -> fromServer(server, speaker));
            InputStream in = talk.getInputStream();
            byte[] buffer = new byte[1 << 14];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                server.write(ByteBuffer.wrap(buffer, 0, n));
            }
        } catch (Exception e) {
            // the client has refused us
        }
    }

    private static void fromServer(SocketChannel server, Socket client) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 14);
        try {
            OutputStream out = client.getOutputStream();
            while (server.read(buffer.clear()) >= 0) {
                out.write(buffer.array(), 0, buffer.position());
            }
        } catch (IOException e) {
            // the client has gone
        }
    }

    private SSLContext context() throws Exception {
        KeyStore keys = certificate.toKeyStore("changeit".toCharArray());
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }
}
