package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.auth.HookReceiver.Told;
import dev.galley.auth.hook.Hook;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The hooks that send mails and SMS. */
class MessageHooksTest {
    private static final String NO_SERVER = "auth.email.smtp.host=";

    private static JsonNode mail(HookReceiver receiver) {
        return receiver.events.getLast().path("email_data");
    }

    private static Answer redeem(AuthServer server, String type, String hash) {
        return server.post("/verify", "{\"type\":\"" + type + "\",\"token_hash\":\"" + hash + "\"}");
    }

    @Test
    void mailsGoToTheHookInsteadOfAServer() throws Exception {
        try (HookReceiver receiver = new HookReceiver((_, _) -> Told.json("{}"));
                AuthServer server = receiver.server(Hook.SEND_EMAIL, NO_SERVER)) {
            assertThat(server.signUp("a@example.com", "secret-1").status()).isEqualTo(200);
            JsonNode mail = mail(receiver);
            assertThat(mail.path("email_action_type").asString()).isEqualTo("signup");
            assertThat(mail.path("site_url").asString()).isEqualTo(server.url());
            assertThat(receiver.events.getLast().path("user").path("email").asString())
                    .isEqualTo("a@example.com");
            assertThat(receiver.events.getLast().path("user").has("encrypted_password"))
                    .isFalse();
            assertThat(server.post(
                                    "/verify",
                                    "{\"type\":\"signup\",\"email\":\"a@example.com\",\"token\":\""
                                            + mail.path("token").asString() + "\"}")
                            .status())
                    .isEqualTo(200);
            server.post("/recover", "{\"email\":\"a@example.com\"}");
            assertThat(redeem(
                                    server,
                                    "recovery",
                                    mail(receiver).path("token_hash").asString())
                            .status())
                    .isEqualTo(200);
            assertThat(server.query("select 1 from galley.outbox")).isEmpty();
            assertThat(receiver.badSignatures).hasValue(0);
        }
    }

    @Test
    void bothHalvesOfAChangeOfAddressComeTogether() throws Exception {
        try (HookReceiver receiver = new HookReceiver((_, _) -> Told.json("{}"));
                AuthServer server = receiver.server(Hook.SEND_EMAIL, "auth.email.enable-confirmations=false")) {
            Answer session = server.signUp("old@example.com", "secret-1");
            server.send("PUT", "/user", "{\"email\":\"new@example.com\"}", AuthServer.as(session));
            assertThat(receiver.calls).hasValue(1);
            JsonNode mail = mail(receiver);
            assertThat(receiver.events.getLast().path("user").path("new_email").asString())
                    .isEqualTo("new@example.com");
            assertThat(mail.path("token").asString())
                    .isNotEqualTo(mail.path("token_new").asString());
            assertThat(redeem(server, "email_change", mail.path("token_hash").asString())
                            .text("msg"))
                    .startsWith("Confirmation link accepted");
            assertThat(redeem(
                                    server,
                                    "email_change",
                                    mail.path("token_hash_new").asString())
                            .status())
                    .isEqualTo(200);
            assertThat(server.query("select email from auth.users")).containsExactly("new@example.com");
        }
    }

    @Test
    void aHookThatFailsUndoesWhatTheMailWasFor() {
        try (AuthServer server = HookReceiver.withFunction(
                Hook.SEND_EMAIL, "return '{\"error\": {\"http_code\": 503, \"message\": \"No post today\"}}';")) {
            Answer failed = server.signUp("a@example.com", "secret-1");
            assertThat(failed.status()).isEqualTo(503);
            assertThat(failed.text("message")).isEqualTo("No post today");
            assertThat(server.query("select 1 from auth.users")).isEmpty();
            assertThat(server.query("select 1 from public.seen"))
                    .as("its transaction is that of the sign-up")
                    .isEmpty();
        }
    }

    @Test
    void noticesGoToTheHookToo() throws Exception {
        try (HookReceiver receiver = new HookReceiver((_, _) -> Told.json("{}"));
                AuthServer server = receiver.server(
                        Hook.SEND_EMAIL,
                        NO_SERVER,
                        "auth.email.enable-confirmations=false",
                        "auth.email.notification.enabled=true")) {
            Answer session = server.signUp("a@example.com", "secret-1");
            server.send("PUT", "/user", "{\"password\":\"secret-2\"}", AuthServer.as(session));
            assertThat(mail(receiver).path("email_action_type").asString()).isEqualTo("password_changed_notification");
            assertThat(mail(receiver).path("token").asString()).isEmpty();
        }
    }

    @Test
    void codesBySmsGoToTheHook() throws Exception {
        try (HookReceiver receiver = new HookReceiver((_, _) -> Told.json("{}"));
                AuthServer server = receiver.server(
                        Hook.SEND_SMS,
                        "auth.sms.twilio.enabled=false",
                        "auth.sms.enabled=true",
                        "auth.mfa.phone.enroll-enabled=true",
                        "auth.mfa.phone.verify-enabled=true")) {
            assertThat(server.post("/otp", "{\"phone\":\"+4915112345\"}").status())
                    .isEqualTo(200);
            JsonNode sms = receiver.events.getLast().path("sms");
            assertThat(sms.path("phone").asString()).isEqualTo("4915112345");
            assertThat(sms.has("sms_type")).isFalse();
            Answer session = server.post(
                    "/verify",
                    "{\"type\":\"sms\",\"phone\":\"+4915112345\",\"token\":\""
                            + sms.path("otp").asString() + "\"}");
            assertThat(session.status()).as(session.response().body()).isEqualTo(200);
            Answer factor = server.post(
                    "/factors", "{\"factor_type\":\"phone\",\"phone\":\"+4915100000\"}", AuthServer.as(session));
            server.post("/factors/" + factor.text("id") + "/challenge", "{}", AuthServer.as(session));
            assertThat(receiver.events.getLast().path("sms").path("sms_type").asString())
                    .isEqualTo("mfa");
            assertThat(receiver.events.getLast().path("metadata").path("name").asString())
                    .isEqualTo("send-sms");
            assertThat(server.query("select 1 from galley.outbox")).isEmpty();
        }
    }
}
