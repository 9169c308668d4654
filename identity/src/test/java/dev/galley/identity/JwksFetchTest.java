package dev.galley.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator is told when the keys of a provider cannot be had. */
class JwksFetchTest {
    private JwksServer provider;

    @BeforeEach
    void start() throws Exception {
        provider = new JwksServer();
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void eachFailureIsNamed() {
        provider.answer(403, "{\"message\":\"secret\"}");
        assertFails("it answers with status 403");
        provider.answer(301, "");
        assertFails("it answers with status 301");
        provider.answer(200, "<html>secret</html>");
        assertFails("its answer is not a JWK set");
        provider.answer(200, "{\"keys\":[\"" + "x".repeat(65_536) + "\"]}");
        assertFails("its answer is larger than auth.jwks-limit");
        provider.answer(exchange -> {});
        assertFails("no answer within auth.jwks-timeout");
        provider.close();
        assertFails("ConnectException");
    }

    @Test
    void aRedirectIsNotFollowed() {
        provider.answer(exchange -> {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            JwksServer.respond(exchange, 302, "");
        });
        assertFails("it answers with status 302");
        assertThat(provider.questions).hasValue(1);
    }

    private void assertFails(String message) {
        JwksUrl url = TestTokens.settings("auth.jwks-url=" + provider.url(), "auth.jwks-timeout=2s")
                .jwksUrl()
                .orElseThrow();
        try (JwksFetch fetch = new JwksFetch(url)) {
            assertThatThrownBy(fetch::fetch).isInstanceOf(IOException.class).hasMessage(message);
        }
    }
}
