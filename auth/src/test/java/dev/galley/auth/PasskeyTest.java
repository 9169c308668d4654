package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Passkeys by a software authenticator. */
class PasskeyTest {
    private static final AuthServer SERVER = AuthServer.start(
            "auth.email.enable-confirmations=false",
            "auth.enable-anonymous-sign-ins=true",
            "auth.passkey.enabled=true");
    private static final PasskeyClient PASSKEYS = new PasskeyClient(SERVER);

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void aUserRegistersAndSignsInWithoutSayingWho() {
        SoftAuthenticator authenticator = PASSKEYS.owner("first@example.com");
        Answer session = PASSKEYS.signIn(authenticator);
        assertThat(session.status()).as(session.response().body()).isEqualTo(200);
        assertThat(session.json().path("user").path("email").asString()).isEqualTo("first@example.com");
        JsonNode claims = SecondFactor.claims(session);
        assertThat(claims.path("aal").asString()).isEqualTo("aal1");
        assertThat(claims.path("amr").path(0).path("method").asString()).isEqualTo("passkey");
        assertThat(SERVER.refresh(session.text("refresh_token")).status()).isEqualTo(200);
        assertThat(PASSKEYS.audited("passkey_created", authenticator)).hasSize(1);
        assertThat(PASSKEYS.audited("login", authenticator))
                .anySatisfy(traits -> assertThat(traits).contains("passkey_id"));
    }

    @ParameterizedTest
    @EnumSource
    void everyOfferedKindOfKeySignsIn(SoftAuthenticator.Algorithm algorithm) {
        SoftAuthenticator authenticator = new SoftAuthenticator(algorithm);
        String email = algorithm.name().toLowerCase(Locale.ROOT) + "@example.com";
        Answer registered = PASSKEYS.register(PASSKEYS.signUp(email), authenticator);
        assertThat(registered.status()).as(registered.response().body()).isEqualTo(200);
        authenticator.count = 1;
        Answer session = PASSKEYS.signIn(authenticator);
        assertThat(session.status()).as(session.response().body()).isEqualTo(200);
        assertThat(session.json().path("user").path("email").asString()).isEqualTo(email);
        SoftAuthenticator thief = new SoftAuthenticator(algorithm);
        System.arraycopy(authenticator.id, 0, thief.id, 0, thief.id.length);
        thief.userHandle = authenticator.userHandle;
        thief.count = 2;
        PasskeyClient.refused(PASSKEYS.signIn(thief));
        authenticator.count = 3;
        assertThat(PASSKEYS.signIn(authenticator).status()).isEqualTo(200);
    }

    @Test
    void theOptionsAskForWhatTheServerChecks() {
        Answer options = PASSKEYS.registrationOptions(PASSKEYS.signUp("options@example.com"));
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
        JsonNode request = PASSKEYS.challenge().json().path("options");
        assertThat(request.path("userVerification").asString()).isEqualTo("required");
        assertThat(request.has("allowCredentials")).isFalse();
    }

    @Test
    void whoHasASecondFactorNeedsItToAddOrRemoveAPasskey() {
        SecondFactor factor = SecondFactor.verified(SERVER, "stepped@example.com");
        SoftAuthenticator authenticator = new SoftAuthenticator();
        Answer registered = PASSKEYS.register(factor.session, authenticator);
        assertThat(registered.status()).as(registered.response().body()).isEqualTo(200);
        Answer low = PASSKEYS.signIn(authenticator);
        assertThat(SecondFactor.claims(low).path("aal").asString()).isEqualTo("aal1");
        assertThat(SERVER.post(PasskeyClient.REGISTRATION + "options", "{}", AuthServer.as(low))
                        .text("code"))
                .isEqualTo("insufficient_aal");
        assertThat(SERVER.send("DELETE", "/passkeys/" + registered.text("id"), "", AuthServer.as(low))
                        .text("code"))
                .isEqualTo("insufficient_aal");
        assertThat(SERVER.send("DELETE", "/passkeys/" + registered.text("id"), "", AuthServer.as(factor.session))
                        .status())
                .isEqualTo(204);
        PasskeyClient.refused(PASSKEYS.signIn(authenticator));
    }

    @Test
    void usersManageTheirOwnAndNobodyElses() {
        Answer session = PASSKEYS.signUp("own@example.com");
        String id = PASSKEYS.register(session, new SoftAuthenticator()).text("id");
        Answer stranger = PASSKEYS.signUp("stranger@example.com");
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
        Answer session = PASSKEYS.signUp("admined@example.com");
        SoftAuthenticator authenticator = new SoftAuthenticator();
        String id = PASSKEYS.register(session, authenticator).text("id");
        String path = "/admin/users/" + authenticator.userHandle + "/passkeys";
        assertThat(SERVER.get(path, AuthServer.as(session)).text("code")).isEqualTo("not_admin");
        assertThat(SERVER.get(path, SERVER.asAdmin()).response().body()).contains(id);
        assertThat(SERVER.send("DELETE", path + "/" + id, "", SERVER.asAdmin()).status())
                .isEqualTo(204);
        assertThat(SERVER.send("DELETE", path + "/" + id, "", SERVER.asAdmin()).status())
                .isEqualTo(404);
        PasskeyClient.refused(PASSKEYS.signIn(authenticator));
    }

    @Test
    void tenAreEnough() {
        Answer session = PASSKEYS.signUp("ten@example.com");
        Answer early = PASSKEYS.registrationOptions(session);
        for (int i = 0; i < 10; i++) {
            assertThat(PASSKEYS.register(session, new SoftAuthenticator()).status())
                    .isEqualTo(200);
        }
        assertThat(SERVER.post(PasskeyClient.REGISTRATION + "options", "{}", AuthServer.as(session))
                        .text("code"))
                .isEqualTo("too_many_passkeys");
        assertThat(SERVER.post(
                                PasskeyClient.REGISTRATION + "verify",
                                PasskeyClient.answer(
                                        early,
                                        new SoftAuthenticator()
                                                .create(early.json().path("options"))),
                                AuthServer.as(session))
                        .text("code"))
                .isEqualTo("too_many_passkeys");
    }

    @Test
    void badInputIsRefused() {
        Answer session = PASSKEYS.signUp("bad@example.com");
        String none = "00000000-0000-0000-0000-000000000000";
        assertThat(SERVER.post(PasskeyClient.AUTHENTICATION + "verify", "{}").text("code"))
                .isEqualTo("validation_failed");
        assertThat(SERVER.post(PasskeyClient.AUTHENTICATION + "verify", "{\"challenge_id\":\"x\",\"credential\":{}}")
                        .text("code"))
                .isEqualTo("validation_failed");
        assertThat(SERVER.post(
                                PasskeyClient.AUTHENTICATION + "verify",
                                "{\"challenge_id\":\"" + none + "\",\"credential\":7}")
                        .text("code"))
                .isEqualTo("bad_json");
        for (String credential : List.of(
                "{}",
                "{\"id\":\"\",\"rawId\":\"\",\"type\":\"public-key\",\"response\":{}}",
                "{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\",\"response\":{\"clientDataJSON\":\"AA\","
                        + "\"authenticatorData\":\"AA\",\"signature\":\"AA\",\"attestationObject\":\"n5+fn5+f\"}}",
                "{\"id\":7,\"rawId\":[],\"type\":null,\"response\":null}")) {
            Answer options = PASSKEYS.challenge();
            PasskeyClient.refused(SERVER.post(
                    PasskeyClient.AUTHENTICATION + "verify",
                    "{\"challenge_id\":\"" + options.text("challenge_id") + "\",\"credential\":" + credential + "}"));
            Answer registration = PASSKEYS.registrationOptions(session);
            PasskeyClient.refused(SERVER.post(
                    PasskeyClient.REGISTRATION + "verify",
                    "{\"challenge_id\":\"" + registration.text("challenge_id") + "\",\"credential\":" + credential
                            + "}",
                    AuthServer.as(session)));
        }
        assertThat(SERVER.post(PasskeyClient.REGISTRATION + "options", "{}").status())
                .isEqualTo(403);
        assertThat(SERVER.post(
                                PasskeyClient.REGISTRATION + "options",
                                "{}",
                                AuthServer.as(SERVER.post("/signup", "{}")))
                        .text("code"))
                .isEqualTo("no_authorization");
    }

    @Test
    void whereTheyAreTurnedOffThereAreNone() {
        try (AuthServer off = AuthServer.start("auth.rate-limit.passkeys=2")) {
            assertThat(off.post(PasskeyClient.AUTHENTICATION + "options", "{}").text("code"))
                    .isEqualTo("passkey_disabled");
            assertThat(off.get("/settings").json().path("passkeys_enabled").asBoolean())
                    .isFalse();
        }
        assertThat(SERVER.get("/settings").json().path("passkeys_enabled").asBoolean())
                .isTrue();
    }

    @Test
    void signInsAreLimited() {
        try (AuthServer limited = AuthServer.start("auth.passkey.enabled=true", "auth.rate-limit.passkeys=2")) {
            limited.post(PasskeyClient.AUTHENTICATION + "options", "{}");
            limited.post(PasskeyClient.AUTHENTICATION + "options", "{}");
            assertThat(limited.post(PasskeyClient.AUTHENTICATION + "options", "{}")
                            .text("code"))
                    .isEqualTo("over_request_rate_limit");
        }
    }

    @Test
    void onlyThePublicHalfIsKept() {
        SoftAuthenticator authenticator = PASSKEYS.owner("kept@example.com");
        List<String> rows = SERVER.query(
                "select c::text from auth.webauthn_credentials c where user_id = '" + authenticator.userHandle + "'");
        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst())
                .doesNotContain(Base64.getEncoder()
                        .encodeToString(authenticator.keys.getPrivate().getEncoded()));
    }
}
