package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.identity.StrictJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Passkeys by a software authenticator, and attacks on them. */
class PasskeyTest {
    private static final AuthServer SERVER = AuthServer.start(
            "auth.email.enable-confirmations=false",
            "auth.enable-anonymous-sign-ins=true",
            "auth.passkey.enabled=true");
    private static final String REGISTRATION = "/passkeys/registration/";
    private static final String AUTHENTICATION = "/passkeys/authentication/";

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static Answer signUp(String email) {
        Answer session = SERVER.signUp(email, "secret-1");
        assertThat(session.status()).as(session.response().body()).isEqualTo(200);
        return session;
    }

    private static Answer registrationOptions(Answer session) {
        Answer options = SERVER.post(REGISTRATION + "options", "{}", AuthServer.as(session));
        assertThat(options.status()).as(options.response().body()).isEqualTo(200);
        return options;
    }

    private static String answer(Answer options, ObjectNode credential) {
        ObjectNode json = StrictJson.newObject().put("challenge_id", options.text("challenge_id"));
        json.set("credential", credential);
        return StrictJson.write(json);
    }

    private static Answer register(Answer session, SoftAuthenticator authenticator) {
        Answer options = registrationOptions(session);
        return SERVER.post(
                REGISTRATION + "verify",
                answer(options, authenticator.create(options.json().path("options"))),
                AuthServer.as(session));
    }

    /** A new user with a passkey. */
    private static SoftAuthenticator owner(String email) {
        SoftAuthenticator authenticator = new SoftAuthenticator();
        Answer registered = register(signUp(email), authenticator);
        assertThat(registered.status()).as(registered.response().body()).isEqualTo(200);
        return authenticator;
    }

    private static Answer challenge() {
        Answer options = SERVER.post(AUTHENTICATION + "options", "{}");
        assertThat(options.status()).as(options.response().body()).isEqualTo(200);
        return options;
    }

    private static Answer signIn(SoftAuthenticator authenticator) {
        Answer options = challenge();
        return SERVER.post(
                AUTHENTICATION + "verify",
                answer(options, authenticator.sign(options.json().path("options"))));
    }

    private static void refused(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(400);
        assertThat(answer.text("code")).isEqualTo("webauthn_verification_failed");
        assertThat(answer.text("message")).isEqualTo("Credential verification failed");
    }

    private static List<String> audited(String action, SoftAuthenticator about) {
        return SERVER.query("select payload ->> 'traits' from auth.audit_log_entries where payload ->> 'action' = '"
                + action + "' and payload ->> 'actor_id' = '" + about.userHandle + "'");
    }

    @Test
    void aUserRegistersAndSignsInWithoutSayingWho() {
        SoftAuthenticator authenticator = owner("first@example.com");
        Answer session = signIn(authenticator);
        assertThat(session.status()).as(session.response().body()).isEqualTo(200);
        assertThat(session.json().path("user").path("email").asString()).isEqualTo("first@example.com");
        JsonNode claims = SecondFactor.claims(session);
        assertThat(claims.path("aal").asString()).isEqualTo("aal1");
        assertThat(claims.path("amr").path(0).path("method").asString()).isEqualTo("passkey");
        assertThat(SERVER.refresh(session.text("refresh_token")).status()).isEqualTo(200);
        assertThat(audited("passkey_created", authenticator)).hasSize(1);
        assertThat(audited("login", authenticator))
                .anySatisfy(traits -> assertThat(traits).contains("passkey_id"));
    }

    @Test
    void theOptionsAskForWhatTheServerChecks() {
        Answer options = registrationOptions(signUp("options@example.com"));
        JsonNode json = options.json().path("options");
        assertThat(json.path("rp").path("id").asString()).isEqualTo("localhost");
        assertThat(json.path("authenticatorSelection").path("userVerification").asString())
                .isEqualTo("required");
        assertThat(json.path("authenticatorSelection").path("residentKey").asString())
                .isEqualTo("required");
        assertThat(json.path("attestation").asString()).isEqualTo("none");
        assertThat(json.path("user").path("name").asString()).isEqualTo("options@example.com");
        assertThat(SoftAuthenticator.bytes(json.path("challenge").asString())).hasSize(32);
        assertThat(options.json().path("expires_at").asLong())
                .isEqualTo(SERVER.clock.instant().plus(Duration.ofMinutes(5)).getEpochSecond());
        JsonNode request = challenge().json().path("options");
        assertThat(request.path("userVerification").asString()).isEqualTo("required");
        assertThat(request.has("allowCredentials")).isFalse();
    }

    @Test
    void aReplayedChallengeIsAnsweredOnceByFifty() throws Exception {
        SoftAuthenticator authenticator = owner("fifty@example.com");
        Answer options = challenge();
        String body = answer(options, authenticator.sign(options.json().path("options")));
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(() -> SERVER.post(AUTHENTICATION + "verify", body));
        }
        List<Integer> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var call : threads.invokeAll(calls)) {
                Answer answer = call.get();
                answers.add(answer.status());
                if (answer.status() != 200) {
                    assertThat(answer.text("code")).isEqualTo("webauthn_challenge_not_found");
                }
            }
        }
        assertThat(answers).filteredOn(status -> status == 200).hasSize(1);
        assertThat(answers).filteredOn(status -> status == 400).hasSize(49);
    }

    @Test
    void aWrongAnswerUsesTheChallengeUp() {
        SoftAuthenticator authenticator = owner("usedup@example.com");
        Answer options = challenge();
        authenticator.origin = "https://evil.example";
        refused(SERVER.post(
                AUTHENTICATION + "verify",
                answer(options, authenticator.sign(options.json().path("options")))));
        authenticator.origin = "http://localhost:3000";
        assertThat(SERVER.post(
                                AUTHENTICATION + "verify",
                                answer(
                                        options,
                                        authenticator.sign(options.json().path("options"))))
                        .text("code"))
                .isEqualTo("webauthn_challenge_not_found");
    }

    @Test
    void anotherOriginIsRefused() {
        SoftAuthenticator authenticator = owner("origin@example.com");
        authenticator.origin = "http://localhost:3001";
        refused(signIn(authenticator));
        refused(register(signUp("origin2@example.com"), authenticator));
    }

    @Test
    void anotherPartyIsRefused() {
        SoftAuthenticator authenticator = owner("party@example.com");
        authenticator.party = "evil.example";
        refused(signIn(authenticator));
    }

    @Test
    void anotherUsersCredentialIsRefused() {
        SoftAuthenticator victim = owner("victim@example.com");
        SoftAuthenticator thief = owner("thief@example.com");
        String own = thief.userHandle;
        thief.userHandle = victim.userHandle;
        refused(signIn(thief));
        thief.userHandle = own;
        System.arraycopy(victim.id, 0, thief.id, 0, thief.id.length);
        refused(signIn(thief));
        thief.userHandle = victim.userHandle;
        refused(signIn(thief));
        Answer taken = register(signUp("thief2@example.com"), victim);
        assertThat(taken.text("code")).isEqualTo("webauthn_credential_exists");
    }

    @Test
    void anUnknownCredentialIsToldNothing() {
        SoftAuthenticator known = owner("known@example.com");
        SoftAuthenticator unknown = new SoftAuthenticator();
        unknown.userHandle = known.userHandle;
        Answer one = signIn(unknown);
        refused(one);
        known.party = "evil.example";
        Answer other = signIn(known);
        refused(other);
        assertThat(one.response().body()).isEqualTo(other.response().body());
    }

    @Test
    void aCounterThatGoesBackIsRefusedAndInTheLog() {
        SoftAuthenticator authenticator = owner("clone@example.com");
        authenticator.count = 7;
        assertThat(signIn(authenticator).status()).isEqualTo(200);
        authenticator.count = 7;
        refused(signIn(authenticator));
        authenticator.count = 3;
        refused(signIn(authenticator));
        assertThat(audited("login_failed", authenticator))
                .hasSize(2)
                .allSatisfy(traits -> assertThat(traits).contains("sign_count"));
        authenticator.count = 8;
        assertThat(signIn(authenticator).status()).isEqualTo(200);
    }

    @Test
    void aTamperedSignatureIsRefused() {
        SoftAuthenticator authenticator = owner("tampered@example.com");
        Answer options = challenge();
        ObjectNode signed = authenticator.sign(options.json().path("options"));
        ObjectNode response = (ObjectNode) signed.path("response");
        byte[] signature = SoftAuthenticator.bytes(response.path("signature").asString());
        signature[signature.length - 1] ^= 1;
        response.put("signature", SoftAuthenticator.text(signature));
        refused(SERVER.post(AUTHENTICATION + "verify", answer(options, signed)));
    }

    @Test
    void aUserWhoWasNotVerifiedIsRefused() {
        SoftAuthenticator authenticator = owner("present@example.com");
        authenticator.verifiesUser = false;
        refused(signIn(authenticator));
        refused(register(signUp("present2@example.com"), authenticator));
    }

    @Test
    void anExpiredChallengeIsRefused() {
        SoftAuthenticator authenticator = owner("late@example.com");
        Answer options = challenge();
        SERVER.clock.forward(Duration.ofMinutes(5));
        assertThat(SERVER.post(
                                AUTHENTICATION + "verify",
                                answer(
                                        options,
                                        authenticator.sign(options.json().path("options"))))
                        .text("code"))
                .isEqualTo("webauthn_challenge_expired");
    }

    @Test
    void aChallengeIsForOneSessionAndOnePurpose() {
        Answer session = signUp("bound@example.com");
        Answer other = SERVER.signIn("bound@example.com", "secret-1");
        SoftAuthenticator authenticator = new SoftAuthenticator();
        Answer options = registrationOptions(session);
        String body = answer(options, authenticator.create(options.json().path("options")));
        assertThat(SERVER.post(REGISTRATION + "verify", body, AuthServer.as(other))
                        .text("code"))
                .isEqualTo("webauthn_challenge_not_found");
        assertThat(SERVER.post(REGISTRATION + "verify", body, AuthServer.as(signUp("bound2@example.com")))
                        .text("code"))
                .isEqualTo("webauthn_challenge_not_found");
        assertThat(SERVER.post(AUTHENTICATION + "verify", body).text("code")).isEqualTo("webauthn_challenge_not_found");
        assertThat(SERVER.post(REGISTRATION + "verify", body, AuthServer.as(session))
                        .status())
                .isEqualTo(200);
        assertThat(SERVER.post(REGISTRATION + "verify", body, AuthServer.as(session))
                        .text("code"))
                .isEqualTo("webauthn_challenge_not_found");
    }

    @Test
    void theBannedAndTheUnconfirmedAreRefused() {
        SoftAuthenticator banned = owner("banned@example.com");
        SERVER.execute("update auth.users set banned_until = '2999-01-01' where email = 'banned@example.com'");
        assertThat(signIn(banned).text("code")).isEqualTo("user_banned");
        SoftAuthenticator unconfirmed = owner("unconfirmed@example.com");
        SERVER.execute("update auth.users set email_confirmed_at = null where email = 'unconfirmed@example.com'");
        assertThat(signIn(unconfirmed).text("code")).isEqualTo("email_not_confirmed");
    }

    @Test
    void whoHasASecondFactorNeedsItToAddOrRemoveAPasskey() {
        SecondFactor factor = SecondFactor.verified(SERVER, "stepped@example.com");
        SoftAuthenticator authenticator = new SoftAuthenticator();
        Answer registered = register(factor.session, authenticator);
        assertThat(registered.status()).as(registered.response().body()).isEqualTo(200);
        Answer low = signIn(authenticator);
        assertThat(SecondFactor.claims(low).path("aal").asString()).isEqualTo("aal1");
        assertThat(SERVER.post(REGISTRATION + "options", "{}", AuthServer.as(low))
                        .text("code"))
                .isEqualTo("insufficient_aal");
        assertThat(SERVER.send("DELETE", "/passkeys/" + registered.text("id"), "", AuthServer.as(low))
                        .text("code"))
                .isEqualTo("insufficient_aal");
        assertThat(SERVER.send("DELETE", "/passkeys/" + registered.text("id"), "", AuthServer.as(factor.session))
                        .status())
                .isEqualTo(204);
        refused(signIn(authenticator));
    }

    @Test
    void usersManageTheirOwnAndNobodyElses() {
        Answer session = signUp("own@example.com");
        String id = register(session, new SoftAuthenticator()).text("id");
        Answer stranger = signUp("stranger@example.com");
        String path = "/passkeys/" + id;
        assertThat(SERVER.send("PATCH", path, "{\"friendly_name\":\"mine\"}", AuthServer.as(stranger))
                        .status())
                .isEqualTo(404);
        assertThat(SERVER.send("DELETE", path, "", AuthServer.as(stranger)).status())
                .isEqualTo(404);
        assertThat(SERVER.send("PATCH", path, "{\"friendly_name\":\"Key\"}", AuthServer.as(session))
                        .text("friendly_name"))
                .isEqualTo("Key");
        assertThat(SERVER.send("PATCH", path, "{\"friendly_name\":\"" + "x".repeat(121) + "\"}", AuthServer.as(session))
                        .text("code"))
                .isEqualTo("validation_failed");
        assertThat(SERVER.get("/passkeys", AuthServer.as(session)).response().body())
                .contains("\"friendly_name\":\"Key\"", id)
                .doesNotContain("public_key", "credential_id");
        assertThat(SERVER.get("/passkeys", AuthServer.as(stranger)).response().body())
                .isEqualTo("[]");
    }

    @Test
    void administratorsListAndRemove() {
        Answer session = signUp("admined@example.com");
        SoftAuthenticator authenticator = new SoftAuthenticator();
        String id = register(session, authenticator).text("id");
        String path = "/admin/users/" + authenticator.userHandle + "/passkeys";
        assertThat(SERVER.get(path, AuthServer.as(session)).text("code")).isEqualTo("not_admin");
        assertThat(SERVER.get(path, SERVER.asAdmin()).response().body()).contains(id);
        assertThat(SERVER.send("DELETE", path + "/" + id, "", SERVER.asAdmin()).status())
                .isEqualTo(204);
        assertThat(SERVER.send("DELETE", path + "/" + id, "", SERVER.asAdmin()).status())
                .isEqualTo(404);
        refused(signIn(authenticator));
    }

    @Test
    void tenAreEnough() {
        Answer session = signUp("ten@example.com");
        Answer early = registrationOptions(session);
        for (int i = 0; i < 10; i++) {
            assertThat(register(session, new SoftAuthenticator()).status()).isEqualTo(200);
        }
        assertThat(SERVER.post(REGISTRATION + "options", "{}", AuthServer.as(session))
                        .text("code"))
                .isEqualTo("too_many_passkeys");
        assertThat(SERVER.post(
                                REGISTRATION + "verify",
                                answer(
                                        early,
                                        new SoftAuthenticator()
                                                .create(early.json().path("options"))),
                                AuthServer.as(session))
                        .text("code"))
                .isEqualTo("too_many_passkeys");
    }

    @Test
    void badInputIsRefused() {
        Answer session = signUp("bad@example.com");
        String none = "00000000-0000-0000-0000-000000000000";
        assertThat(SERVER.post(AUTHENTICATION + "verify", "{}").text("code")).isEqualTo("validation_failed");
        assertThat(SERVER.post(AUTHENTICATION + "verify", "{\"challenge_id\":\"x\",\"credential\":{}}")
                        .text("code"))
                .isEqualTo("validation_failed");
        assertThat(SERVER.post(AUTHENTICATION + "verify", "{\"challenge_id\":\"" + none + "\",\"credential\":7}")
                        .text("code"))
                .isEqualTo("bad_json");
        for (String credential : List.of(
                "{}",
                "{\"id\":\"\",\"rawId\":\"\",\"type\":\"public-key\",\"response\":{}}",
                "{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\",\"response\":{\"clientDataJSON\":\"AA\","
                        + "\"authenticatorData\":\"AA\",\"signature\":\"AA\",\"attestationObject\":\"n5+fn5+f\"}}",
                "{\"id\":7,\"rawId\":[],\"type\":null,\"response\":null}")) {
            Answer options = challenge();
            refused(SERVER.post(
                    AUTHENTICATION + "verify",
                    "{\"challenge_id\":\"" + options.text("challenge_id") + "\",\"credential\":" + credential + "}"));
            Answer registration = registrationOptions(session);
            refused(SERVER.post(
                    REGISTRATION + "verify",
                    "{\"challenge_id\":\"" + registration.text("challenge_id") + "\",\"credential\":" + credential
                            + "}",
                    AuthServer.as(session)));
        }
        assertThat(SERVER.post(REGISTRATION + "options", "{}").status()).isEqualTo(403);
        assertThat(SERVER.post(REGISTRATION + "options", "{}", AuthServer.as(SERVER.post("/signup", "{}")))
                        .text("code"))
                .isEqualTo("no_authorization");
    }

    @Test
    void whereTheyAreTurnedOffThereAreNone() {
        try (AuthServer off = AuthServer.start("auth.rate-limit.passkeys=2")) {
            assertThat(off.post(AUTHENTICATION + "options", "{}").text("code")).isEqualTo("passkey_disabled");
            assertThat(off.get("/settings").json().path("passkeys_enabled").asBoolean())
                    .isFalse();
        }
        assertThat(SERVER.get("/settings").json().path("passkeys_enabled").asBoolean())
                .isTrue();
    }

    @Test
    void signInsAreLimited() {
        try (AuthServer limited = AuthServer.start("auth.passkey.enabled=true", "auth.rate-limit.passkeys=2")) {
            limited.post(AUTHENTICATION + "options", "{}");
            limited.post(AUTHENTICATION + "options", "{}");
            assertThat(limited.post(AUTHENTICATION + "options", "{}").text("code"))
                    .isEqualTo("over_request_rate_limit");
        }
    }

    @Test
    void onlyThePublicHalfIsKept() {
        SoftAuthenticator authenticator = owner("kept@example.com");
        List<String> rows = SERVER.query(
                "select c::text from auth.webauthn_credentials c where user_id = '" + authenticator.userHandle + "'");
        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst())
                .doesNotContain(Base64.getEncoder()
                        .encodeToString(authenticator.keys.getPrivate().getEncoded()));
    }
}
