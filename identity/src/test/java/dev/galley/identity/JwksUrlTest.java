package dev.galley.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.settings.SettingsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses keys may be fetched from. */
class JwksUrlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://id.example/.well-known/jwks.json",
                "https://id.example:8443/keys?tenant=1",
                "http://localhost:9999/keys",
                "http://127.0.0.1/keys",
                "http://127.1.2.3/keys",
                "http://[::1]:9999/keys"
            })
    void httpsAndThisComputerAreAllowed(String url) {
        assertThat(TestTokens.settings("auth.jwks-url=" + url).jwksUrl())
                .hasValueSatisfying(it -> assertThat(it.url()).hasToString(url));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://id.example/keys | must be https",
                "http://127.0.0.1.example/keys | must be https",
                "http://localhost.example/keys | must be https",
                "http://10.0.0.1/keys | must be https",
                "ftp://id.example/keys | must begin with https://",
                "file:///etc/keys | must begin with https://",
                "id.example/keys | must begin with https://",
                "https:///keys | must begin with https://",
                "https://user:password@id.example/keys | neither a user name",
                "https://id.example/keys#x | neither a user name",
                "https://id example/ | is not a URL"
            })
    void otherAddressesAreRefused(String url, String why) {
        assertThatThrownBy(() -> TestTokens.settings("auth.jwks-url=" + url))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("auth.jwks-url")
                .hasMessageContaining(why)
                .hasMessageNotContaining("password");
    }

    @Test
    void httpToAnotherComputerIsAllowedOnRequest() {
        assertThat(TestTokens.settings("auth.jwks-url=http://auth:9999/keys", "auth.jwks-url-insecure=true")
                        .jwksUrl())
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "auth.jwks-refresh=0s",
                "auth.jwks-min-interval=0s",
                "auth.jwks-timeout=0s",
                "auth.jwks-limit=0",
                "auth.jwks-limit=1GiB"
            })
    void limitsMustMakeSense(String assignment) {
        assertThatThrownBy(() -> TestTokens.settings("auth.jwks-url=https://id.example/keys", assignment))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(assignment.substring(0, assignment.indexOf('=')));
    }

    @Test
    void messagesShowNoQuery() {
        assertThat(TestTokens.settings("auth.jwks-url=https://id.example:1/keys?apikey=hidden")
                        .jwksUrl()
                        .orElseThrow()
                        .shown())
                .isEqualTo("https://id.example:1/keys");
    }
}
