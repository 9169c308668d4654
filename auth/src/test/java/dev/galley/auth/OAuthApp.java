package dev.galley.auth;

import dev.galley.auth.AuthServer.Answer;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Another application, whose users sign in at the service: what it sends, and what its users do meanwhile. */
final class OAuthApp {
    static final String CALLBACK = "https://app.example.com/callback";
    static final String[] SETTINGS = {
        "auth.email.enable-confirmations=false",
        "auth.oauth-server.enabled=true",
        "auth.site-url=https://site.example.com"
    };

    final AuthServer server;
    final String id;
    final String secret;

    private OAuthApp(AuthServer server, Answer created) {
        this.server = server;
        this.id = created.text("client_id");
        this.secret = created.text("client_secret");
    }

    static Answer create(AuthServer server, String json) {
        return server.post("/admin/oauth/clients", json, server.asAdmin());
    }

    private static OAuthApp of(AuthServer server, String rest) {
        Answer created =
                create(server, "{\"client_name\":\"An App\",\"redirect_uris\":[\"" + CALLBACK + "\"]" + rest + "}");
        if (created.status() != 201) {
            throw new AssertionError(created.response().body());
        }
        return new OAuthApp(server, created);
    }

    static OAuthApp confidential(AuthServer server) {
        return of(server, ",\"token_endpoint_auth_method\":\"client_secret_post\"");
    }

    static OAuthApp basic(AuthServer server) {
        return of(server, "");
    }

    static OAuthApp anyone(AuthServer server) {
        return of(server, ",\"client_type\":\"public\"");
    }

    /** @param changes of what a good request says; a value of "-" leaves a parameter out */
    Answer authorize(String... changes) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("client_id", id);
        parameters.put("redirect_uri", CALLBACK);
        parameters.put("response_type", "code");
        parameters.put("scope", "openid email profile");
        parameters.put("state", "a state&=");
        parameters.put("code_challenge", OAuthClient.CHALLENGE);
        parameters.put("code_challenge_method", "S256");
        change(parameters, changes);
        return server.get("/oauth/authorize?" + form(parameters), "apikey", "");
    }

    /** The question, as the page of consent gets it. */
    String question(String... changes) {
        return parameters(authorize(changes).header("Location")).get("authorization_id");
    }

    Answer details(String question, Answer user, String... headers) {
        return server.get("/oauth/authorizations/" + question, with(AuthServer.as(user), headers));
    }

    Answer decide(String question, String action, Answer user, String... headers) {
        return server.post(
                "/oauth/authorizations/" + question + "/consent",
                "{\"action\":\"" + action + "\"}",
                with(AuthServer.as(user), headers));
    }

    /** The user agrees; the code that the application gets. */
    String code(Answer user, String... changes) {
        String question = question(changes);
        Answer shown = details(question, user);
        Answer answer = shown.json().has("redirect_url") ? shown : decide(question, "approve", user);
        return parameters(answer.text("redirect_url")).get("code");
    }

    Answer redeem(String code, String... changes) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("grant_type", "authorization_code");
        parameters.put("code", code);
        parameters.put("redirect_uri", CALLBACK);
        parameters.put("code_verifier", OAuthClient.VERIFIER);
        parameters.put("client_id", id);
        parameters.put("client_secret", secret);
        change(parameters, changes);
        return token(parameters);
    }

    Answer refresh(String token, String... changes) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("grant_type", "refresh_token");
        parameters.put("refresh_token", token);
        parameters.put("client_id", id);
        parameters.put("client_secret", secret);
        change(parameters, changes);
        return token(parameters);
    }

    Answer token(Map<String, String> parameters, String... headers) {
        String[] form = {"Content-Type", "application/x-www-form-urlencoded", "apikey", ""};
        return server.post("/oauth/token", form(parameters), with(form, headers));
    }

    /** Signed in, agreed, redeemed. */
    Answer tokens(Answer user, String... changes) {
        return redeem(code(user, changes));
    }

    static String[] basicAuth(String id, String secret) {
        String text = URLEncoder.encode(id, StandardCharsets.UTF_8) + ":"
                + URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("-", "%2D");
        return new String[] {
            "Authorization", "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
        };
    }

    static Map<String, String> parameters(String url) {
        Map<String, String> all = new HashMap<>();
        String query = String.valueOf(URI.create(url).getRawQuery());
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            all.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return all;
    }

    /** What is in a token, unverified. */
    static ObjectNode claims(String token) {
        String[] parts = token.split("\\.", -1);
        byte[] json = Base64.getUrlDecoder().decode(parts[1]);
        return (ObjectNode) dev.galley.identity.StrictJson.read(new String(json, StandardCharsets.UTF_8));
    }

    private static void change(Map<String, String> parameters, String... changes) {
        for (int i = 0; i < changes.length; i += 2) {
            parameters.put(changes[i], changes[i + 1]);
        }
        parameters.values().removeIf(value -> value.equals("-") || value.isEmpty());
    }

    private static String[] with(String[] some, String... more) {
        String[] all = java.util.Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
