package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.auth.HookReceiver.Behaviour;
import dev.galley.auth.HookReceiver.Told;
import dev.galley.auth.hook.Hook;
import dev.galley.auth.hook.HookTarget;
import dev.galley.identity.StrictJson;
import dev.galley.settings.SettingsException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The hook for access tokens, as a SQL function and over HTTP. */
class AccessTokenHookTest {
    private static final String ON = "auth.hook.custom-access-token.enabled=true";
    private static final String SQL = "auth.hook.custom-access-token.uri=pg-functions://postgres/public/hook";

    private static AuthServer withFunction(String body) {
        AuthServer server =
                AuthServer.start("auth.email.enable-confirmations=false", ON, SQL, "auth.hook.sql-timeout=300ms");
        server.execute("create function public.hook(event jsonb) returns jsonb language plpgsql as $f$ begin " + body
                + " end $f$; grant usage on schema public to supabase_auth_admin");
        return server;
    }

    private static JsonNode claims(Answer session) {
        String payload = session.text("access_token").split("\\.")[1];
        return StrictJson.read(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8));
    }

    private static void assertNobody(AuthServer server) {
        assertThat(server.query("select 1 from auth.sessions")).isEmpty();
    }

    @Test
    void aFunctionChangesTheClaimsAtSignInAndRefreshWithTheRightsOfItsRole() {
        try (AuthServer server = withFunction(
                "return jsonb_set(event, '{claims,app_metadata,seen}',"
                        + " jsonb_build_array(event ->> 'authentication_method', current_user, event -> 'metadata' ->> 'name'));")) {
            Answer session = server.signUp("a@example.com", "secret-1");
            assertThat(claims(session).path("app_metadata").path("seen").toString())
                    .isEqualTo("[\"password\",\"supabase_auth_admin\",\"customize-access-token\"]");
            Answer next = server.refresh(session.text("refresh_token"));
            assertThat(claims(next).path("app_metadata").path("seen").get(0).asString())
                    .isEqualTo("token_refresh");
        }
    }

    @Test
    void aFunctionCannotTakeTheRightsOfTheService() {
        try (AuthServer server = withFunction("reset role; return event;")) {
            assertThat(server.signUp("a@example.com", "secret-1").status()).isEqualTo(500);
            assertNobody(server);
        }
    }

    @Test
    void aRefusalIsTheCallersAnswerAndLeavesNoSession() {
        try (AuthServer server =
                withFunction("return '{\"error\": {\"http_code\": 403, \"message\": \"Not today\"}}'::jsonb;")) {
            Answer refused = server.signUp("a@example.com", "secret-1");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text("message")).isEqualTo("Not today");
            assertNobody(server);
        }
    }

    @Test
    void aSlowFunctionAndOneThatDropsAClaimAreErrors() {
        try (AuthServer server = withFunction("perform pg_sleep(5); return event;")) {
            assertThat(server.signUp("a@example.com", "secret-1").text("code")).isEqualTo("unexpected_failure");
            assertNobody(server);
        }
        try (AuthServer server = withFunction("return event #- '{claims,session_id}';")) {
            Answer refused = server.signUp("a@example.com", "secret-1");
            assertThat(refused.status()).isEqualTo(500);
            assertThat(refused.text("message")).contains("session_id missing");
            assertNobody(server);
        }
    }

    private static AuthServer asking(HookReceiver receiver) {
        return receiver.server(
                Hook.CUSTOM_ACCESS_TOKEN, "auth.email.enable-confirmations=false", "auth.hook.timeout=1s");
    }

    @Test
    void aReceiverThatIsBusyIsAskedAgainAndEveryRequestIsSigned() throws Exception {
        try (HookReceiver receiver = new HookReceiver((call, event) -> {
                    if (call == 1) {
                        return new Told(503, "text/plain", "later");
                    }
                    event.withObject("claims").put("plan", "gold");
                    return new Told(200, "application/json; charset=utf-8", StrictJson.write(event));
                });
                AuthServer server = asking(receiver)) {
            Answer session = server.signUp("a@example.com", "secret-1");
            assertThat(claims(session).path("plan").asString()).isEqualTo("gold");
            assertThat(receiver.calls).hasValue(2);
            assertThat(receiver.badSignatures).hasValue(0);
        }
    }

    @Test
    void slowAndLyingReceiversAreErrorsWithTheirCodes() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        refused("hook_timeout", (_, _) -> {
            end.await();
            return new Told(200, "application/json", "{}");
        });
        end.countDown();
        refused("hook_payload_invalid_content_type", (_, _) -> new Told(200, "text/html", "{}"));
        refused("hook_payload_over_size_limit", (_, _) -> new Told(200, "application/json", " ".repeat(300_000)));
        refused("unexpected_failure", (_, _) -> new Told(200, "application/json", "no JSON"));
        refused("unexpected_failure", (_, _) -> new Told(302, "application/json", "{}"));
        refused(
                "unexpected_failure",
                (_, _) -> new Told(200, "application/json", "{\"error\":{\"http_code\":200,\"message\":\"fine\"}}"));
    }

    private static void refused(String code, Behaviour behaviour) throws Exception {
        try (HookReceiver receiver = new HookReceiver(behaviour);
                AuthServer server = asking(receiver)) {
            Answer refused = server.signUp("a@example.com", "secret-1");
            assertThat(refused.text("code")).isEqualTo(code);
            assertThat(refused.status()).isGreaterThanOrEqualTo(400);
            assertNobody(server);
        }
    }

    @Test
    void addressesAndSecretsThatAreNotSafeAreRefusedAtTheStart() {
        for (String uri : new String[] {
            "http://hooks.example.com/",
            "ftp://localhost/",
            "pg-functions://postgres/public/x\"y",
            "pg-functions://postgres/public",
            "https://user@example.com/"
        }) {
            assertThatThrownBy(() -> HookTarget.parse("hook", uri, HookReceiver.SECRET))
                    .isInstanceOf(SettingsException.class);
        }
        assertThatThrownBy(() -> HookTarget.parse("hook", "https://example.com/", "whsec_x"))
                .isInstanceOf(SettingsException.class);
        assertThatThrownBy(() -> HookTarget.parse("hook", "https://example.com/", ""))
                .isInstanceOf(SettingsException.class);
    }
}
