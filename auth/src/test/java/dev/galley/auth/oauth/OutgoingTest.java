package dev.galley.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.galley.auth.config.OAuthSettings;
import dev.galley.http.EdgeServer;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/** A name that leads to one address when it is checked and to another one afterwards. */
class OutgoingTest {
    private static OAuthSettings settings(String... flags) {
        FlagLayer layer = new FlagLayer();
        for (String flag : flags) {
            layer.set(flag);
        }
        return OAuthSettings.from(new Settings(layer));
    }

    @Test
    void theAddressThatWasCheckedIsTheOneThatIsAsked() throws Exception {
        // The other tests of this process have an edge, which must be prepared before anything uses Netty.
        EdgeServer.prepare();
        Vertx vertx = Vertx.vertx();
        SelfSignedCertificate certificate = SelfSignedCertificate.create("provider.example.com");
        KeyManagerFactory keys = certificate.keyCertOptions().getKeyManagerFactory(vertx);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", exchange -> {
            byte[] host = ("{\"host\":\"" + exchange.getRequestHeaders().getFirst("Host") + "\"}").getBytes();
            exchange.sendResponseHeaders(200, host.length);
            exchange.getResponseBody().write(host);
            exchange.close();
        });
        server.start();
        String at = "provider.example.com:" + server.getAddress().getPort();
        AtomicInteger asked = new AtomicInteger();
        Outgoing.Resolver resolver = host -> {
            byte[] other = {(byte) 192, 0, 2, 1};
            return new InetAddress[] {
                asked.getAndIncrement() == 0 ? InetAddress.getLoopbackAddress() : InetAddress.getByAddress(other)
            };
        };
        TrustOptions trust = certificate.trustOptions();
        try (Outgoing outgoing = new Outgoing(
                vertx,
                settings("auth.custom-oauth.allow-private-networks=true", "auth.oauth.timeout=5s"),
                resolver,
                new HttpClientOptions().setTrustOptions(trust))) {
            assertThat(outgoing.get("https://" + at + "/a?b=c", Map.of(), Outgoing.Reach.CUSTOM)
                            .path("host")
                            .asString())
                    .isEqualTo(at);
            assertThat(asked).hasValue(1);
        }
        try (Outgoing outgoing = new Outgoing(
                vertx,
                settings("auth.oauth.timeout=5s"),
                host -> new InetAddress[] {InetAddress.getLoopbackAddress()},
                new HttpClientOptions().setTrustOptions(trust))) {
            assertThatThrownBy(() -> outgoing.get("https://" + at + "/", Map.of(), Outgoing.Reach.CUSTOM))
                    .hasMessage("its address is in a private network");
            assertThatThrownBy(() -> outgoing.get(
                            "https://another.example.com:" + server.getAddress().getPort() + "/",
                            Map.of(),
                            Outgoing.Reach.CONFIGURED))
                    .as("the certificate is of another name")
                    .hasMessage("it cannot be reached");
        }
        try (Outgoing outgoing = new Outgoing(
                vertx,
                settings("auth.oauth.timeout=5s"),
                host -> new InetAddress[] {InetAddress.getLoopbackAddress()},
                new HttpClientOptions())) {
            assertThatThrownBy(() -> outgoing.get("https://" + at + "/", Map.of(), Outgoing.Reach.CONFIGURED))
                    .as("nobody trusts the certificate")
                    .hasMessage("it cannot be reached");
        }
        server.stop(0);
        var _ = vertx.close();
    }
}
