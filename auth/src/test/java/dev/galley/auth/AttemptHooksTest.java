package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.auth.HookReceiver.Told;
import dev.galley.auth.hook.Hook;
import org.junit.jupiter.api.Test;

/** The hooks that judge passwords and second factors. */
class AttemptHooksTest {
    private static final String NO_CONFIRMATION = "auth.email.enable-confirmations=false";
    private static final String REJECT_AFTER_TWO =
            "if (select count(*) from public.seen s where not (s.event ->> 'valid')::boolean) >= 2 then"
                    + " return '{\"decision\": \"reject\", \"message\": \"Locked\"}'; end if;"
                    + " return '{\"decision\": \"continue\"}';";

    @Test
    void aFunctionCountsWrongPasswordsAndRejectsTheRightOne() {
        try (AuthServer server =
                HookReceiver.withFunction(Hook.PASSWORD_VERIFICATION_ATTEMPT, REJECT_AFTER_TWO, NO_CONFIRMATION)) {
            server.signUp("a@example.com", "secret-1");
            assertThat(server.signIn("a@example.com", "secret-1").status()).isEqualTo(200);
            assertThat(server.signIn("a@example.com", "wrong").text("message")).isEqualTo("Invalid login credentials");
            assertThat(server.signIn("a@example.com", "wrong").text("message")).isEqualTo("Locked");
            Answer right = server.signIn("a@example.com", "secret-1");
            assertThat(right.status()).isEqualTo(400);
            assertThat(right.text("code")).isEqualTo("invalid_credentials");
            assertThat(right.text("message")).isEqualTo("Locked");
            assertThat(server.query("select event ->> 'valid' from public.seen"))
                    .as("what it wrote stays, though the sign-in failed")
                    .containsExactly("true", "false", "false", "true");
            assertThat(server.query(
                            "select event -> 'metadata' ->> 'name' || ' ' || (event -> 'metadata' ->> 'ip_address')"
                                    + " from public.seen limit 1"))
                    .containsExactly("password-verification 127.0.0.1");
        }
    }

    @Test
    void nobodyIsAskedAboutWhoIsNotThere() {
        try (AuthServer server =
                HookReceiver.withFunction(Hook.PASSWORD_VERIFICATION_ATTEMPT, "return '{}';", NO_CONFIRMATION)) {
            assertThat(server.signIn("nobody@example.com", "secret-1").text("code"))
                    .isEqualTo("invalid_credentials");
            assertThat(server.query("select 1 from public.seen")).isEmpty();
        }
    }

    @Test
    void aRejectionMayEndTheSessions() throws Exception {
        try (HookReceiver receiver = new HookReceiver((_, event) -> Told.json(
                        event.path("valid").asBoolean()
                                ? "{}"
                                : "{\"decision\":\"reject\",\"should_logout_user\":true}"));
                AuthServer server = receiver.server(Hook.PASSWORD_VERIFICATION_ATTEMPT, NO_CONFIRMATION)) {
            Answer session = server.signUp("a@example.com", "secret-1");
            Answer rejected = server.signIn("a@example.com", "wrong");
            assertThat(rejected.text("message")).isEqualTo("Further password verification attempts will be rejected.");
            assertThat(server.query("select 1 from auth.sessions")).isEmpty();
            assertThat(server.get("/user", AuthServer.as(session)).status()).isEqualTo(403);
            assertThat(receiver.badSignatures).hasValue(0);
        }
    }

    @Test
    void aHookThatFailsLetsNobodyIn() throws Exception {
        try (HookReceiver receiver =
                        new HookReceiver((_, _) -> Told.json("{\"error\":{\"http_code\":429,\"message\":\"Wait\"}}"));
                AuthServer server = receiver.server(
                        Hook.PASSWORD_VERIFICATION_ATTEMPT, NO_CONFIRMATION, "auth.rate-limit.password-guesses=2")) {
            server.signUp("a@example.com", "secret-1");
            for (String password : new String[] {"secret-1", "wrong"}) {
                Answer failed = server.signIn("a@example.com", password);
                assertThat(failed.status()).isEqualTo(429);
                assertThat(failed.text("message")).isEqualTo("Wait");
            }
            assertThat(server.signIn("a@example.com", "secret-1").text("code"))
                    .as("both counted as guesses, so the limit does not tell which was right")
                    .isEqualTo("over_request_rate_limit");
            assertThat(server.query("select 1 from auth.sessions")).hasSize(1);
        }
    }

    @Test
    void aRejectedCodeOfASecondFactorRaisesNothingAndEndsAllSessions() {
        try (AuthServer server =
                HookReceiver.withFunction(Hook.MFA_VERIFICATION_ATTEMPT, REJECT_AFTER_TWO, NO_CONFIRMATION)) {
            SecondFactor factor = SecondFactor.verified(server, "mfa@example.com");
            Answer session = factor.signIn();
            assertThat(factor.verify(session, factor.challenge(session), "000000")
                            .text("code"))
                    .isEqualTo("mfa_verification_failed");
            Answer rejected = factor.verify(session, factor.challenge(session), "000001");
            assertThat(rejected.status()).isEqualTo(403);
            assertThat(rejected.text("code")).isEqualTo("mfa_verification_rejected");
            assertThat(rejected.text("message")).isEqualTo("Locked");
            assertThat(server.query("select 1 from auth.sessions")).isEmpty();
            Answer again = factor.signIn();
            assertThat(factor.show(again).text("code")).isEqualTo("mfa_verification_rejected");
            assertThat(server.query("select 1 from auth.sessions")).isEmpty();
            assertThat(
                            server.query(
                                    "select distinct event ->> 'factor_type' || ' ' || (event ->> 'factor_id') from public.seen"))
                    .containsExactly("totp " + factor.id);
        }
    }

    @Test
    void recoveryCodesAreNoWayAround() {
        try (AuthServer server = HookReceiver.withFunction(
                Hook.MFA_VERIFICATION_ATTEMPT,
                "return jsonb_build_object('decision', case event ->> 'factor_type' when 'totp' then 'continue' else 'reject' end);",
                NO_CONFIRMATION)) {
            SecondFactor factor = SecondFactor.verified(server, "paper@example.com");
            Answer codes = server.post("/factors/recovery-codes", "", AuthServer.as(factor.session));
            String code = codes.json().path("codes").path(0).asString();
            Answer session = factor.signIn();
            Answer rejected = server.post(
                    "/factors/recovery-codes/verify", "{\"code\":\"" + code + "\"}", AuthServer.as(session));
            assertThat(rejected.text("code")).as(rejected.response().body()).isEqualTo("mfa_verification_rejected");
            assertThat(server.query("select 1 from auth.sessions")).isEmpty();
        }
    }
}
