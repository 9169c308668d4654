package dev.galley.auth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectsTest {
    private final Redirects redirects = new Redirects(
            URI.create("https://app.example.com/home"),
            List.of("https://*.preview.example.com/**", "myapp://callback", "http://localhost:3000/*"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.com",
                "https://app.example.com/any/where?a=b#c",
                "https://APP.example.com/",
                "https://one.preview.example.com/deep/er",
                "myapp://callback",
                "http://localhost:3000/in"
            })
    void allowed(String address) {
        assertThat(redirects.allows(address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/relative",
                "//app.example.com",
                "http://app.example.com",
                "https://app.example.com:8443/",
                "https://app.example.com.evil.net/",
                "https://evil.net/https://app.example.com",
                "https://evil.net#https://one.preview.example.com/x",
                "https://app.example.com@evil.net/",
                "https://user:pw@app.example.com/",
                "https://app.example.com\\@evil.net/",
                "https://evil.net\\.preview.example.com/",
                "https://a/.preview.example.com/x",
                "https://a.b.preview.example.com/x",
                "https://app.example.com/\r\nSet-Cookie: a=b",
                "javascript:alert(1)//app.example.com",
                "data:text/html,x",
                "myapp://callback.evil",
                "myapp://other",
                "http://localhost:3000/a/b",
                "http://localhost:3001/in",
                "https://134744072?.preview.example.com/x",
                "https://134744072#.preview.example.com/x",
                "https://evil?x.preview.example.com/",
                "https://0x8080808/home",
                "https://[::1]/"
            })
    void refused(String address) {
        assertThat(redirects.allows(address)).isFalse();
    }
}
