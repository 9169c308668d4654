package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.identity.StrictJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Security keys as second factors, by a software authenticator, and attacks on them. */
class WebAuthnFactorTest {
    private static final AuthServer SERVER = AuthServer.start(
            "auth.email.enable-confirmations=false",
            "auth.mfa.max-guesses=0",
            "auth.mfa.web-authn.enroll-enabled=true",
            "auth.mfa.web-authn.verify-enabled=true",
            "auth.passkey.enabled=true",
            "auth.webauthn.rp-id=example.com",
            "auth.webauthn.rp-display-name=Example",
            "auth.webauthn.rp-origins=https://app.example.com,https://example.com/");

    /** A user with a security key; the session of {@link #verified} has AAL2. */
    private static final class Key {
        final SoftAuthenticator authenticator = new SoftAuthenticator();
        final String email;
        final String id;
        Answer session;

        private Key(String email) {
            this.email = email;
            this.session = SERVER.signUp(email, "secret-1");
            authenticator.origin = "https://app.example.com";
            authenticator.party = "example.com";
            authenticator.verifiesUser = false;
            this.id = enroll(session).text("id");
        }

        static Answer enroll(Answer session) {
            Answer factor = SERVER.post(
                    "/factors", "{\"factor_type\":\"webauthn\",\"friendly_name\":\"key\"}", AuthServer.as(session));
            assertThat(factor.status()).as(factor.response().body()).isEqualTo(200);
            assertThat(factor.text("type")).isEqualTo("webauthn");
            return factor;
        }

        static Key verified(String email) {
            Key key = new Key(email);
            Answer challenge = key.challenge(key.session);
            Answer raised = key.verify(key.session, challenge, "create", key.authenticator.create(options(challenge)));
            assertThat(raised.status()).as(raised.response().body()).isEqualTo(200);
            key.session = raised;
            return key;
        }

        Answer signIn() {
            return SERVER.signIn(email, "secret-1");
        }

        Answer challenge(Answer session) {
            Answer challenge = SERVER.post(
                    "/factors/" + id + "/challenge",
                    "{\"webauthn\":{\"rpId\":\"app.example.com\",\"rpOrigins\":[\"https://app.example.com\"]}}",
                    AuthServer.as(session));
            assertThat(challenge.status()).as(challenge.response().body()).isEqualTo(200);
            return challenge;
        }

        Answer verify(Answer session, Answer challenge, String type, ObjectNode response) {
            ObjectNode json = StrictJson.newObject().put("challenge_id", challenge.text("id"));
            json.putObject("webauthn").put("type", type).set("credential_response", response);
            return SERVER.post("/factors/" + id + "/verify", StrictJson.write(json), AuthServer.as(session));
        }

        Answer show(Answer session) {
            Answer challenge = challenge(session);
            return verify(session, challenge, "request", authenticator.sign(options(challenge)));
        }
    }

    private static JsonNode options(Answer challenge) {
        return challenge.json().path("webauthn").path("credential_options").path("publicKey");
    }

    private static void refused(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(422);
        assertThat(answer.text("code")).isEqualTo("mfa_verification_failed");
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void aKeyRaisesTheSession() {
        Key key = Key.verified("raise@example.com");
        assertThat(SecondFactor.claims(key.session).path("aal").asString()).isEqualTo("aal2");
        JsonNode factor = key.session.json().path("user").path("factors").path(0);
        assertThat(factor.path("status").asString()).isEqualTo("verified");
        assertThat(factor.path("factor_type").asString()).isEqualTo("webauthn");
        assertThat(key.session.response().body()).doesNotContain("publicKey");
        Answer again = key.show(key.signIn());
        assertThat(again.status()).as(again.response().body()).isEqualTo(200);
        assertThat(SecondFactor.claims(again).path("amr").toString()).contains("mfa/webauthn", "password");
    }

    @Test
    void theOptionsStandUnderPublicKey() {
        Key key = new Key("options@example.com");
        Answer create = key.challenge(key.session);
        assertThat(create.text("type")).isEqualTo("webauthn");
        assertThat(create.json().path("webauthn").path("type").asString()).isEqualTo("create");
        assertThat(options(create).path("rp").toString()).isEqualTo("{\"name\":\"Example\",\"id\":\"example.com\"}");
        key.verify(key.session, create, "create", key.authenticator.create(options(create)));
        Answer request = key.challenge(key.session);
        assertThat(request.json().path("webauthn").path("type").asString()).isEqualTo("request");
        assertThat(options(request).path("allowCredentials").path(0).path("id").asString())
                .isEqualTo(SoftAuthenticator.text(key.authenticator.id));
        assertThat(options(request).path("rpId").asString()).isEqualTo("example.com");
    }

    @Test
    void aReplayedChallengeIsAnsweredOnceByFifty() throws Exception {
        Key key = Key.verified("fifty@example.com");
        Answer session = key.signIn();
        Answer challenge = key.challenge(session);
        ObjectNode signed = key.authenticator.sign(options(challenge));
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(() -> key.verify(session, challenge, "request", signed));
        }
        List<Integer> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var call : threads.invokeAll(calls)) {
                answers.add(call.get().status());
            }
        }
        assertThat(answers).filteredOn(status -> status == 200).hasSize(1);
        assertThat(answers).filteredOn(status -> status == 422).hasSize(49);
    }

    @Test
    void anotherOriginIsRefused() {
        Key key = Key.verified("origin@example.com");
        key.authenticator.origin = "https://other.example.com";
        refused(key.show(key.signIn()));
        key.authenticator.origin = "https://example.com";
        assertThat(key.show(key.signIn()).status()).isEqualTo(200);
    }

    @Test
    void anotherPartyIsRefused() {
        Key key = Key.verified("party@example.com");
        key.authenticator.party = "app.example.com";
        refused(key.show(key.signIn()));
    }

    @Test
    void anotherUsersCredentialIsRefused() {
        Key victim = Key.verified("victim@example.com");
        Key thief = new Key("thief@example.com");
        Answer challenge = thief.challenge(thief.session);
        Answer taken =
                thief.verify(thief.session, challenge, "create", victim.authenticator.create(options(challenge)));
        assertThat(taken.text("code")).isEqualTo("webauthn_credential_exists");
        assertThat(SERVER.query("select status from auth.mfa_factors where id = '" + thief.id + "'"))
                .containsExactly("unverified");
        Answer other = victim.signIn();
        Answer asked = victim.challenge(other);
        refused(victim.verify(other, asked, "request", thief.authenticator.sign(options(asked))));
    }

    @Test
    void aCounterThatGoesBackIsRefusedAndInTheLog() {
        Key key = Key.verified("clone@example.com");
        key.authenticator.count = 5;
        assertThat(key.show(key.signIn()).status()).isEqualTo(200);
        key.authenticator.count = 4;
        refused(key.show(key.signIn()));
        assertThat(SERVER.query("select payload -> 'traits' ->> 'reason' from auth.audit_log_entries"
                        + " where payload ->> 'action' = 'verification_attempted'"
                        + " and payload -> 'traits' ->> 'factor_id' = '" + key.id + "'"
                        + " and payload -> 'traits' ->> 'valid' = 'false'"))
                .containsExactly("sign_count");
        key.authenticator.count = 6;
        assertThat(key.show(key.signIn()).status()).isEqualTo(200);
    }

    @Test
    void aTamperedSignatureIsRefused() {
        Key key = Key.verified("tampered@example.com");
        Answer session = key.signIn();
        Answer challenge = key.challenge(session);
        ObjectNode signed = key.authenticator.sign(options(challenge));
        ObjectNode response = (ObjectNode) signed.path("response");
        byte[] data = SoftAuthenticator.bytes(response.path("authenticatorData").asString());
        data[36] ^= 1;
        response.put("authenticatorData", SoftAuthenticator.text(data));
        refused(key.verify(session, challenge, "request", signed));
    }

    @Test
    void anExpiredChallengeIsRefused() {
        Key key = Key.verified("late@example.com");
        Answer session = key.signIn();
        Answer challenge = key.challenge(session);
        SERVER.clock.forward(Duration.ofMinutes(5));
        assertThat(key.verify(session, challenge, "request", key.authenticator.sign(options(challenge)))
                        .text("code"))
                .isEqualTo("mfa_challenge_expired");
    }

    @Test
    void aChallengeIsForOneSessionAndOneCeremony() {
        Key key = Key.verified("bound@example.com");
        Answer first = key.signIn();
        Answer second = key.signIn();
        Answer challenge = key.challenge(first);
        ObjectNode signed = key.authenticator.sign(options(challenge));
        refused(key.verify(second, challenge, "request", signed));
        refused(key.verify(first, challenge, "create", new SoftAuthenticator().create(options(challenge))));
        assertThat(key.verify(first, challenge, "request", signed).status()).isEqualTo(200);
    }

    @Test
    void aPasskeyIsNoFactorOfTheSameKey() {
        Key key = new Key("both@example.com");
        key.authenticator.verifiesUser = true;
        Answer options = SERVER.post("/passkeys/registration/options", "{}", AuthServer.as(key.session));
        ObjectNode json = StrictJson.newObject().put("challenge_id", options.text("challenge_id"));
        json.set("credential", key.authenticator.create(options.json().path("options")));
        assertThat(SERVER.post("/passkeys/registration/verify", StrictJson.write(json), AuthServer.as(key.session))
                        .status())
                .isEqualTo(200);
        Answer challenge = key.challenge(key.session);
        assertThat(key.verify(key.session, challenge, "create", key.authenticator.create(options(challenge)))
                        .text("code"))
                .isEqualTo("webauthn_credential_exists");
    }

    @Test
    void aKeyThatGoesTakesTheLevelWithIt() {
        Key key = Key.verified("gone@example.com");
        Answer low = key.signIn();
        assertThat(SERVER.send("DELETE", "/factors/" + key.id, "", AuthServer.as(low))
                        .text("code"))
                .isEqualTo("insufficient_aal");
        assertThat(SERVER.send("DELETE", "/factors/" + key.id, "", AuthServer.as(key.session))
                        .status())
                .isEqualTo(200);
        assertThat(SecondFactor.claims(SERVER.refresh(key.session.text("refresh_token")))
                        .path("aal")
                        .asString())
                .isEqualTo("aal1");
    }

    @Test
    void badInputIsRefused() {
        Key key = new Key("bad@example.com");
        Answer challenge = key.challenge(key.session);
        String id = "{\"challenge_id\":\"" + challenge.text("id") + "\"";
        String path = "/factors/" + key.id + "/verify";
        for (String body : List.of(
                id + "}",
                id + ",\"webauthn\":{}}",
                id + ",\"webauthn\":{\"type\":\"steal\",\"credential_response\":{}}}",
                id + ",\"webauthn\":{\"type\":\"create\"}}")) {
            assertThat(SERVER.post(path, body, AuthServer.as(key.session)).text("code"))
                    .isEqualTo("validation_failed");
        }
        refused(SERVER.post(
                path,
                id + ",\"webauthn\":{\"type\":\"create\",\"credential_response\":{}}}",
                AuthServer.as(key.session)));
    }

    @Test
    void withoutTheSettingThereAreNone() {
        try (AuthServer off = AuthServer.start("auth.email.enable-confirmations=false")) {
            Answer session = off.signUp("off@example.com", "secret-1");
            assertThat(off.post("/factors", "{\"factor_type\":\"webauthn\"}", AuthServer.as(session))
                            .text("code"))
                    .isEqualTo("mfa_webauthn_enroll_not_enabled");
        }
    }
}
