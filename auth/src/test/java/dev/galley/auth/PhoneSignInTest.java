package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Signing in by phone, with codes read from the outbox. */
class PhoneSignInTest {
    private static final AuthServer SERVER = AuthServer.start("auth.sms.enabled=true");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static Answer otp(AuthServer server, String phone) {
        return server.post("/otp", "{\"phone\":\"+" + phone + "\"}");
    }

    private static Answer verify(AuthServer server, String type, String phone, String code) {
        return server.post(
                "/verify", "{\"type\":\"" + type + "\",\"phone\":\"+" + phone + "\",\"token\":\"" + code + "\"}");
    }

    private static String other(String code) {
        return code.equals("000000") ? "000001" : "000000";
    }

    @Test
    void aSignUpIsConfirmedByTheCode() {
        String account = "{\"phone\":\"+49 151 1\",\"password\":\"secret-1\"}";
        assertThat(SERVER.post("/signup", account).json().path("access_token").isMissingNode())
                .isTrue();
        assertThat(SERVER.post("/token?grant_type=password", account).text("code"))
                .isEqualTo("phone_not_confirmed");
        String code = SERVER.lastSms("491511");
        assertThat(verify(SERVER, "sms", "491511", other(code)).text("code")).isEqualTo("otp_expired");
        Answer session = verify(SERVER, "sms", "491511", code);
        assertThat(session.json().path("user").path("phone_confirmed_at").asString())
                .isNotEmpty();
        assertThat(verify(SERVER, "sms", "491511", code).text("code")).isEqualTo("otp_expired");
        assertThat(SERVER.post("/token?grant_type=password", account).status()).isEqualTo(200);
    }

    @Test
    void aCodeEndsAndANewOneCanBeAskedFor() {
        otp(SERVER, "491512");
        String code = SERVER.lastSms("491512");
        SERVER.clock.forward(Duration.ofSeconds(61));
        assertThat(verify(SERVER, "sms", "491512", code).text("code")).isEqualTo("otp_expired");
        SERVER.post("/resend", "{\"type\":\"sms\",\"phone\":\"+491512\"}");
        assertThat(verify(SERVER, "sms", "491512", SERVER.lastSms("491512")).status())
                .isEqualTo(200);
    }

    @Test
    void aNumberIsChangedByACodeToTheNewOne() {
        otp(SERVER, "491513");
        Answer session = verify(SERVER, "sms", "491513", SERVER.lastSms("491513"));
        Answer changing = SERVER.send("PUT", "/user", "{\"phone\":\"+491514\"}", AuthServer.as(session));
        assertThat(changing.text("phone")).isEqualTo("491513");
        assertThat(changing.text("new_phone")).isEqualTo("491514");
        Answer changed = verify(SERVER, "phone_change", "491514", SERVER.lastSms("491514"));
        assertThat(changed.json().path("user").path("phone").asString()).isEqualTo("491514");
    }

    @Test
    void aTestersNumberAlwaysHasItsCodeUntilThatEnds() {
        try (AuthServer server = AuthServer.start(
                "auth.sms.enabled=true",
                "auth.sms.twilio.enabled=false",
                "auth.rate-limit.sms-sent=1",
                "auth.sms.test-otp.4152127777=123456",
                "auth.sms.test-otp-valid-until=2100-01-01T00:00:00Z")) {
            for (int i = 0; i < 3; i++) {
                assertThat(otp(server, "4152127777").status()).isEqualTo(200);
                assertThat(verify(server, "sms", "4152127777", "123456").status())
                        .isEqualTo(200);
            }
            assertThat(verify(server, "sms", "4152127777", "123456").text("code"))
                    .isEqualTo("otp_expired");
            assertThat(server.query("select 1 from galley.outbox")).isEmpty();
            assertThat(otp(server, "4152128888").status())
                    .as("others need a provider")
                    .isEqualTo(500);
        }
        try (AuthServer server = AuthServer.start(
                "auth.sms.enabled=true",
                "auth.sms.test-otp.4152127777=123456",
                "auth.sms.test-otp-valid-until=2020-01-01T00:00:00Z")) {
            otp(server, "4152127777");
            assertThat(server.lastSms("4152127777")).hasSize(6);
        }
    }

    @Test
    void messagesAreLimitedByNumberAndForTheProject() {
        try (AuthServer server =
                AuthServer.start("auth.sms.enabled=true", "auth.sms.max-frequency=60s", "auth.rate-limit.sms-sent=2")) {
            assertThat(otp(server, "491521").status()).isEqualTo(200);
            Answer soon = otp(server, "491521");
            assertThat(soon.status()).isEqualTo(429);
            assertThat(soon.text("code")).isEqualTo("over_sms_send_rate_limit");
            assertThat(soon.text("message")).startsWith("For security purposes, you can only request this after");
            assertThat(otp(server, "491522").status()).isEqualTo(200);
            assertThat(otp(server, "491523").text("message")).isEqualTo("SMS rate limit exceeded");
        }
    }

    @Test
    void aNumberGetsNoMoreCodesOfASecondFactorByBeingEnrolledAgain() {
        try (AuthServer server = AuthServer.start(
                "auth.email.enable-confirmations=false",
                "auth.mfa.phone.enroll-enabled=true",
                "auth.mfa.phone.verify-enabled=true",
                "auth.mfa.phone.max-frequency=30s",
                "auth.mfa.phone.template=Galley: {{ .Code }}")) {
            Answer session = server.signUp("two@example.com", "secret-1");
            String[] user = AuthServer.as(session);
            Answer one = server.post(
                    "/factors", "{\"factor_type\":\"phone\",\"friendly_name\":\"1\",\"phone\":\"+491531\"}", user);
            Answer two = server.post(
                    "/factors", "{\"factor_type\":\"phone\",\"friendly_name\":\"2\",\"phone\":\"+491532\"}", user);
            assertThat(two.status()).as(two.response().body()).isEqualTo(200);
            assertThat(server.post("/factors/" + one.text("id") + "/challenge", "{}", user)
                            .status())
                    .isEqualTo(200);
            assertThat(server.post("/factors/" + two.text("id") + "/challenge", "{}", user)
                            .status())
                    .isEqualTo(200);
            assertThat(server.post("/factors/" + one.text("id") + "/challenge", "{}", user)
                            .text("code"))
                    .isEqualTo("over_sms_send_rate_limit");
            server.send("DELETE", "/factors/" + one.text("id"), "", user);
            Answer again = server.post(
                    "/factors", "{\"factor_type\":\"phone\",\"friendly_name\":\"3\",\"phone\":\"+491531\"}", user);
            assertThat(server.post("/factors/" + again.text("id") + "/challenge", "{}", user)
                            .text("code"))
                    .isEqualTo("over_sms_send_rate_limit");
            server.clock.forward(Duration.ofSeconds(31));
            assertThat(server.post("/factors/" + again.text("id") + "/challenge", "{}", user)
                            .status())
                    .isEqualTo(200);
            assertThat(server.query("select message ->> 'text' from galley.outbox where message ->> 'to' = '491532'"))
                    .first()
                    .asString()
                    .startsWith("Galley: ");
        }
    }
}
