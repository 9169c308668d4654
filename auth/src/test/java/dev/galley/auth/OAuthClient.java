package dev.galley.auth;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.identity.StrictJson;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/** Browsers, one for each sign-in, between the application, the service and a {@link FakeProvider}. */
final class OAuthClient {
    static final String VERIFIER = "abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEFGH";
    static final String CHALLENGE = "XfxB6vsX3HG7boq2TWgbsMv3Nk4wLEj7_jpyx1haWUQ";

    private final AuthServer server;
    private final FakeProvider provider;
    private final Map<String, String> cookies = new ConcurrentHashMap<>();
    private volatile String cookie = "";

    OAuthClient(AuthServer server, FakeProvider provider) {
        this.server = server;
        this.provider = provider;
    }

    static String[] settings(FakeProvider provider, String... more) {
        String[] own = {
            "auth.external.fake.enabled=true",
            "auth.external.fake.client-id=" + FakeProvider.CLIENT + ",mobile-client",
            "auth.external.fake.secret=" + FakeProvider.SECRET,
            "auth.external.fake.url=" + provider.url(),
            "auth.site-url=https://app.example.com",
            "auth.additional-redirect-urls=https://app.example.com/**",
            "auth.enable-manual-linking=true",
            "auth.oauth.timeout=2s"
        };
        String[] all = new String[own.length + more.length];
        System.arraycopy(own, 0, all, 0, own.length);
        System.arraycopy(more, 0, all, own.length, more.length);
        return all;
    }

    /** Who is at the provider now. */
    void user(String subject, String email, boolean verified) {
        provider.user.set(Map.of("sub", subject, "email", email, "email_verified", verified, "name", "Ann " + subject));
    }

    /** Begins a sign-in; the answer is the parameters that the provider gets. */
    Map<String, String> authorize(String query, String... headers) {
        return begun(server.get("/authorize?provider=fake" + query, headers));
    }

    /** The browser keeps its cookie and goes where it is sent. */
    Map<String, String> begun(Answer answer) {
        if (answer.status() != 302) {
            throw new AssertionError(answer.status() + " " + answer.response().body());
        }
        cookie = answer.header("Set-Cookie").replaceFirst(";.*", "");
        cookies.put(visit(answer.header("Location")).getOrDefault("state", ""), cookie);
        return visit(answer.header("Location"));
    }

    Map<String, String> visit(String location) {
        Map<String, String> sent = query(location);
        provider.nonce.set(sent.getOrDefault("nonce", ""));
        return sent;
    }

    /** The user is back; the answer is where the browser ends. */
    URI callback(String state) {
        return callback(state, "&code=code-of-provider");
    }

    URI callback(String state, String more) {
        Answer answer = server.get("/callback?state=" + state + more, "Cookie", cookies.getOrDefault(state, cookie));
        if (answer.status() != 302) {
            throw new AssertionError(answer.status() + " " + answer.response().body());
        }
        return URI.create(answer.header("Location"));
    }

    /** A whole sign-in with tokens in the fragment. */
    Map<String, String> signIn(String subject, String email, boolean verified) {
        user(subject, email, verified);
        return fragment(callback(authorize("").get("state")));
    }

    Answer idToken(String token, String more) {
        return server.post(
                "/token?grant_type=id_token", "{\"provider\":\"fake\",\"id_token\":\"" + token + "\"" + more + "}");
    }

    ObjectNode claims(String accessToken) {
        String payload = accessToken.split("\\.", -1)[1];
        return (ObjectNode)
                StrictJson.read(new String(java.util.Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8));
    }

    static Map<String, String> fragment(URI address) {
        return parameters(address.getRawFragment() == null ? "" : address.getRawFragment());
    }

    static Map<String, String> query(String address) {
        String query = URI.create(address).getRawQuery();
        return parameters(query == null ? "" : query);
    }

    private static Map<String, String> parameters(String text) {
        Map<String, String> all = new HashMap<>();
        new QueryStringDecoder(text, false).parameters().forEach((name, values) -> all.put(name, values.getFirst()));
        return all;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
