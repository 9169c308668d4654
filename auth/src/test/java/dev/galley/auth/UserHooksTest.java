package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.auth.HookReceiver.Told;
import dev.galley.auth.hook.Hook;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** The hooks before and after a new user. */
class UserHooksTest {
    private static final String NO_CONFIRMATION = "auth.email.enable-confirmations=false";
    private static final String REFUSE = "if event -> 'user' ->> 'email' like '%@evil.example' then"
            + " return '{\"error\": {\"http_code\": 403, \"message\": \"Not you\"}}'; end if; return '{}';";

    @Test
    void aRefusedUserIsNotMadeAndWhatTheFunctionNotedStays() {
        try (AuthServer server = HookReceiver.withFunction(Hook.BEFORE_USER_CREATED, REFUSE, NO_CONFIRMATION)) {
            Answer refused = server.signUp("a@evil.example", "secret-1");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text("message")).isEqualTo("Not you");
            assertThat(server.query("select 1 from auth.users")).isEmpty();
            assertThat(server.query("select event -> 'user' ->> 'email' from public.seen"))
                    .containsExactly("a@evil.example");
            Answer session = server.signUp("a@example.com", "secret-1");
            assertThat(session.status()).isEqualTo(200);
            assertThat(server.query("select event -> 'user' ->> 'id' from public.seen"))
                    .last()
                    .isEqualTo(session.json().path("user").path("id").asString());
            server.signIn("a@example.com", "secret-1");
            assertThat(server.query("select 1 from public.seen"))
                    .as("once for a user")
                    .hasSize(2);
        }
    }

    @Test
    void everyWayInIsAskedButThatOfAnAdministrator() throws Exception {
        try (HookReceiver receiver = new HookReceiver((_, _) -> new Told(204, "", ""));
                AuthServer server = receiver.server(
                        Hook.BEFORE_USER_CREATED, "auth.enable-anonymous-sign-ins=true", "auth.sms.enabled=true")) {
            server.signUp("signup@example.com", "secret-1");
            server.signUp("signup@example.com", "secret-1");
            server.post("/otp", "{\"email\":\"otp@example.com\",\"data\":{\"name\":\"O\"}}");
            server.post("/otp", "{\"phone\":\"+4915112345\"}");
            server.post("/signup", "{\"data\":{}}");
            server.post("/invite", "{\"email\":\"invite@example.com\"}", server.asAdmin());
            server.post(
                    "/admin/generate_link",
                    "{\"type\":\"magiclink\",\"email\":\"link@example.com\"}",
                    server.asAdmin());
            assertThat(server.post("/admin/users", "{\"email\":\"admin@example.com\"}", server.asAdmin())
                            .status())
                    .isEqualTo(200);
            assertThat(receiver.events)
                    .extracting(event -> event.path("user").path("email").asString())
                    .containsExactly(
                            "signup@example.com", "otp@example.com", "", "", "invite@example.com", "link@example.com");
            ObjectNode otp = receiver.events.get(1);
            assertThat(otp.path("user").path("user_metadata").path("name").asString())
                    .isEqualTo("O");
            assertThat(otp.path("user").path("app_metadata").path("provider").asString())
                    .isEqualTo("email");
            assertThat(otp.path("metadata").path("name").asString()).isEqualTo("before-user-created");
            assertThat(otp.path("metadata").path("ip_address").asString()).isEqualTo("127.0.0.1");
            assertThat(receiver.events.get(3).path("user").path("is_anonymous").asBoolean())
                    .isTrue();
            assertThat(receiver.badSignatures).hasValue(0);
            assertThat(server.query("select 1 from auth.users")).hasSize(7);
        }
    }

    @Test
    void theHookAfterSeesACommittedUser() throws Exception {
        AtomicReference<AuthServer> running = new AtomicReference<>();
        List<String> found = new CopyOnWriteArrayList<>();
        try (HookReceiver receiver = new HookReceiver((_, event) -> {
                    found.addAll(running.get()
                            .query("select email from auth.users where id = '"
                                    + event.path("user").path("id").asString() + "'"));
                    return Told.json("{}");
                });
                AuthServer server = receiver.server(Hook.AFTER_USER_CREATED, NO_CONFIRMATION)) {
            running.set(server);
            assertThat(server.signUp("after@example.com", "secret-1").status()).isEqualTo(200);
            assertThat(found).containsExactly("after@example.com");
            assertThat(receiver.events.getFirst().path("user").has("encrypted_password"))
                    .isFalse();
        }
    }

    @Test
    void aFailureOfTheHookAfterIsToldThoughTheUserIsThere() throws Exception {
        try (HookReceiver receiver = new HookReceiver((_, _) -> new Told(500, "text/plain", "no"));
                AuthServer server = receiver.server(Hook.AFTER_USER_CREATED, NO_CONFIRMATION)) {
            assertThat(server.signUp("after@example.com", "secret-1").status()).isEqualTo(500);
            assertThat(server.query("select 1 from auth.users")).hasSize(1);
        }
    }

    @Test
    void aHookThatCannotBeReachedRefuses() {
        String key = Hook.BEFORE_USER_CREATED.key();
        try (AuthServer server = AuthServer.start(
                NO_CONFIRMATION,
                "auth.hook.timeout=1s",
                key + ".enabled=true",
                key + ".uri=http://127.0.0.1:1/",
                key + ".secrets=" + HookReceiver.SECRET)) {
            Answer refused = server.signUp("a@example.com", "secret-1");
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.text("code")).startsWith("hook_timeout");
            assertThat(server.query("select 1 from auth.users")).isEmpty();
        }
    }

    @Test
    void aSlowFunctionAndOneThatRaisesRefuse() {
        for (String body : List.of("perform pg_sleep(5); return '{}';", "raise exception 'no';")) {
            try (AuthServer server = HookReceiver.withFunction(
                    Hook.BEFORE_USER_CREATED, body, NO_CONFIRMATION, "auth.hook.sql-timeout=300ms")) {
                assertThat(server.signUp("a@example.com", "secret-1").text("code"))
                        .isEqualTo("unexpected_failure");
                assertThat(server.query("select 1 from auth.users")).isEmpty();
            }
        }
    }

    @Test
    void whileASecretIsReplacedTheReceiverMayKnowEither() throws Exception {
        try (HookReceiver receiver = new HookReceiver((_, _) -> Told.json("{}"));
                AuthServer server = receiver.server(
                        Hook.BEFORE_USER_CREATED,
                        NO_CONFIRMATION,
                        Hook.BEFORE_USER_CREATED.key() + ".secrets=" + HookReceiver.secret("the next secret") + "|"
                                + HookReceiver.SECRET)) {
            assertThat(server.signUp("a@example.com", "secret-1").status()).isEqualTo(200);
            assertThat(receiver.calls).hasValue(1);
            assertThat(receiver.badSignatures).hasValue(0);
        }
    }
}
