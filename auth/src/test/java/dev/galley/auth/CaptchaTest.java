package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.galley.auth.AuthServer.Answer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CaptchaTest {
    private static final String BODY =
            "{\"email\":\"%s@example.com\",\"password\":\"secret-1\",\"gotrue_meta_security\":{\"captcha_token\":\"%s\"}}";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer service;
    private AuthServer server;

    @BeforeEach
    void start() throws Exception {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/siteverify", exchange -> {
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(form);
            String answer = form.contains("response=person")
                    ? "{\"success\":true}"
                    : form.contains("response=broken") ? "oops" : "{\"success\":false,\"error-codes\":[\"bad-token\"]}";
            exchange.sendResponseHeaders(200, answer.length());
            exchange.getResponseBody().write(answer.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        service.start();
        server = AuthServer.start(
                "auth.email.enable-confirmations=false",
                "auth.captcha.enabled=true",
                "auth.captcha.secret=s&cret",
                "auth.captcha.url=http://127.0.0.1:" + service.getAddress().getPort() + "/siteverify");
    }

    @AfterEach
    void stop() {
        server.close();
        service.stop(0);
    }

    @Test
    void onlyAPersonPasses() {
        assertThat(server.signUp("none@example.com", "secret-1").text("code")).isEqualTo("captcha_failed");
        assertThat(asked).isEmpty();
        Answer robot = server.post("/signup", BODY.formatted("robot", "machine"));
        assertThat(robot.status()).isEqualTo(400);
        assertThat(robot.text("message")).isEqualTo("captcha protection: request disallowed (bad-token)");
        assertThat(server.post("/signup", BODY.formatted("person", "person")).status())
                .isEqualTo(200);
        assertThat(asked.getLast()).startsWith("secret=s%26cret&response=person&remoteip=127.0.0.1");
        assertThat(server.query("select email from auth.users")).containsExactly("person@example.com");
    }

    @Test
    void aServiceThatFailsLetsNobodyPass() {
        assertThat(server.post("/signup", BODY.formatted("b", "broken")).status())
                .isEqualTo(500);
        service.stop(0);
        assertThat(server.post("/signup", BODY.formatted("c", "person")).status())
                .isEqualTo(500);
        assertThat(server.query("select 1 from auth.users")).isEmpty();
    }

    @Test
    void signingInNeedsItToo_RefreshingAndTheServiceKeyDoNot() {
        Answer session = server.post("/signup", BODY.formatted("person", "person"));
        assertThat(server.signIn("person@example.com", "secret-1").text("code")).isEqualTo("captcha_failed");
        assertThat(server.post("/token?grant_type=password", BODY.formatted("person", "person"))
                        .status())
                .isEqualTo(200);
        assertThat(server.post("/recover", "{\"email\":\"person@example.com\"}").text("code"))
                .isEqualTo("captcha_failed");
        assertThat(server.refresh(session.text("refresh_token")).status()).isEqualTo(200);
        assertThat(server.post("/recover", "{\"email\":\"person@example.com\"}", server.asAdmin())
                        .status())
                .isEqualTo(200);
    }
}
