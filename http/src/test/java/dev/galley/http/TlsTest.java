package dev.galley.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    @TempDir
    private Path folder;

    @Test
    void speaksHttp2AndHttp1OverTls12AndNewerOnly() throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Path certificate = Files.writeString(folder.resolve("cert.pem"), bundle.getCertificatePathPEM());
        Path key = Files.writeString(folder.resolve("key.pem"), bundle.getPrivateKeyPEM());
        SSLContext trusting = trusting(bundle);
        try (TestEdge edge = TestEdge.start("http.tls-certificate=" + certificate, "http.tls-key=" + key);
                HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
            assertThat(edge.server.url()).startsWith("https://");
            for (HttpClient.Version version :
                    new HttpClient.Version[] {HttpClient.Version.HTTP_2, HttpClient.Version.HTTP_1_1}) {
                var answer = client.send(
                        HttpRequest.newBuilder(edge.uri("/echo/hello"))
                                .version(version)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.body()).isEqualTo("hello");
                assertThat(answer.version()).isEqualTo(version);
            }
            try (SSLSocket socket =
                    (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", edge.server.port())) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setProtocols(new String[] {"TLSv1.1"});
                socket.setSSLParameters(parameters);
                assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
            }
            try (RawClient raw = edge.raw()) {
                assertThat(raw.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n").hearToEnd())
                        .as("plain HTTP is refused, not redirected")
                        .doesNotContain("HTTP/1.1 2")
                        .doesNotContain("Location");
            }
        }
    }

    private static SSLContext trusting(X509Bundle bundle) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("edge", bundle.getCertificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
