package dev.galley.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are renewed while the edge runs. */
class CertificateReloadTest {
    private static final Logger LOGGER = Logger.getLogger(CertificateReload.class.getName());

    @TempDir
    private Path folder;

    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
    private final Handler listener = new Errors(errors);

    @BeforeEach
    void listen() {
        LOGGER.addHandler(listener);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(listener);
    }

    @Test
    void newConnectionsGetTheNewCertificateAndOldOnesGoOn() throws Exception {
        X509Bundle first = bundle();
        X509Bundle second = bundle();
        write(first);
        try (TestEdge edge = start();
                SSLSocket open = connect(edge)) {
            assertThat(serial(open)).isEqualTo(serial(first));
            write(second);
            TestEdge.eventually(() -> newSerial(edge).equals(serial(second)), "the new certificate");
            for (int i = 0; i < 6; i++) {
                assertThat(newSerial(edge)).as("on every event loop").isEqualTo(serial(second));
            }
            assertThat(ask(open)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aBrokenPairKeepsTheOldOneAndIsSaidOnce() throws Exception {
        X509Bundle first = bundle();
        X509Bundle second = bundle();
        write(first);
        try (TestEdge edge = start()) {
            for (String broken :
                    new String[] {"", "nonsense", first.getCertificatePathPEM().substring(0, 200)}) {
                int before = errors.size();
                replace("cert.pem", broken);
                TestEdge.eventually(() -> errors.size() > before, "an error for " + broken);
                assertThat(errors.getLast()).contains("no PEM file of a certificate");
                assertThat(newSerial(edge)).isEqualTo(serial(first));
            }
            int before = errors.size();
            replace("cert.pem", second.getCertificatePathPEM());
            TestEdge.eventually(() -> errors.size() > before, "an error for a key of another certificate");
            assertThat(errors.getLast())
                    .contains("is not the one of the certificate")
                    .doesNotContain("PRIVATE");
            assertThat(newSerial(edge)).isEqualTo(serial(first));

            replace("key.pem", second.getPrivateKeyPEM());
            TestEdge.eventually(() -> newSerial(edge).equals(serial(second)), "the pair that fits");

            int sofar = errors.size();
            Files.delete(folder.resolve("key.pem"));
            TestEdge.eventually(() -> errors.size() > sofar, "an error for a missing file");
            assertThat(errors.getLast()).contains("http.tls-key: cannot read");
            assertThat(newSerial(edge)).isEqualTo(serial(second));
            assertThat(errors).hasSize(sofar + 1);
        }
    }

    @Test
    void anExpiredCertificateIsTakenWithAWarning() throws Exception {
        X509Bundle expired = new CertificateBuilder()
                .subject("CN=localhost")
                .notBefore(Instant.now().minus(Duration.ofDays(2)))
                .notAfter(Instant.now().minus(Duration.ofDays(1)))
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        assertThat(ServerCertificate.doubts(expired.getCertificate())).startsWith("it expired at");
        assertThat(ServerCertificate.doubts(bundle().getCertificate())).isEmpty();
        write(expired);
        try (TestEdge edge = start()) {
            assertThat(newSerial(edge)).isEqualTo(serial(expired));
        }
    }

    @Test
    void aStartWithABrokenPairSaysWhatIsWrong() throws Exception {
        write(bundle());
        replace("key.pem", bundle().getPrivateKeyPEM());
        assertThatThrownBy(this::start)
                .rootCause()
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not the one of the certificate");
        replace("key.pem", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        assertThatThrownBy(this::start)
                .rootCause()
                .hasMessageContaining("http.tls-certificate or http.tls-key")
                .hasMessageNotContaining("c2VjcmV0");
        Files.delete(folder.resolve("cert.pem"));
        assertThatThrownBy(this::start).hasStackTraceContaining("http.tls-certificate: cannot read");
    }

    private TestEdge start() {
        return TestEdge.start(
                "http.tls-certificate=" + folder.resolve("cert.pem"),
                "http.tls-key=" + folder.resolve("key.pem"),
                "http.tls-check-interval=5ms");
    }

    private void write(X509Bundle bundle) throws IOException {
        replace("key.pem", bundle.getPrivateKeyPEM());
        replace("cert.pem", bundle.getCertificatePathPEM());
    }

    /** At once, as renewing programs do. */
    private void replace(String name, String text) throws IOException {
        Path beside = Files.writeString(folder.resolve(name + ".new"), text);
        Files.move(beside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static X509Bundle bundle() throws Exception {
        return new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    private static SSLSocket connect(TestEdge edge) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", edge.server.port());
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }

    private static BigInteger newSerial(TestEdge edge) {
        try (SSLSocket socket = connect(edge)) {
            return serial(socket);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static BigInteger serial(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }

    private static BigInteger serial(X509Bundle bundle) {
        return bundle.getCertificate().getSerialNumber();
    }

    private static String ask(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }

    private static final class TrustAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static final class Errors extends Handler {
        private final List<String> messages;

        Errors(List<String> messages) {
            this.messages = messages;
        }

        @Override
        public void publish(LogRecord message) {
            if (message.getLevel().equals(Level.SEVERE)) {
                messages.add(java.text.MessageFormat.format(message.getMessage(), message.getParameters()));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
