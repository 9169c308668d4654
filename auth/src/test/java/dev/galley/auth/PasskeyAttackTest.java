package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Attacks on passkeys, each of which gets nowhere. */
class PasskeyAttackTest {
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
    void aReplayedChallengeIsAnsweredOnceByFifty() throws Exception {
        SoftAuthenticator authenticator = PASSKEYS.owner("fifty@example.com");
        Answer options = PASSKEYS.challenge();
        String body =
                PasskeyClient.answer(options, authenticator.sign(options.json().path("options")));
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(() -> SERVER.post(PasskeyClient.AUTHENTICATION + "verify", body));
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
        SoftAuthenticator authenticator = PASSKEYS.owner("usedup@example.com");
        Answer options = PASSKEYS.challenge();
        authenticator.origin = "https://evil.example";
        PasskeyClient.refused(SERVER.post(
                PasskeyClient.AUTHENTICATION + "verify",
                PasskeyClient.answer(options, authenticator.sign(options.json().path("options")))));
        authenticator.origin = "http://localhost:3000";
        assertThat(SERVER.post(
                                PasskeyClient.AUTHENTICATION + "verify",
                                PasskeyClient.answer(
                                        options,
                                        authenticator.sign(options.json().path("options"))))
                        .text("code"))
                .isEqualTo("webauthn_challenge_not_found");
    }

    @Test
    void anotherOriginIsRefused() {
        SoftAuthenticator authenticator = PASSKEYS.owner("origin@example.com");
        authenticator.origin = "http://localhost:3001";
        PasskeyClient.refused(PASSKEYS.signIn(authenticator));
        PasskeyClient.refused(PASSKEYS.register(PASSKEYS.signUp("origin2@example.com"), authenticator));
    }

    @Test
    void anotherPartyIsRefused() {
        SoftAuthenticator authenticator = PASSKEYS.owner("party@example.com");
        authenticator.party = "evil.example";
        PasskeyClient.refused(PASSKEYS.signIn(authenticator));
    }

    @Test
    void anotherUsersCredentialIsRefused() {
        SoftAuthenticator victim = PASSKEYS.owner("victim@example.com");
        SoftAuthenticator thief = PASSKEYS.owner("thief@example.com");
        String own = thief.userHandle;
        thief.userHandle = victim.userHandle;
        PasskeyClient.refused(PASSKEYS.signIn(thief));
        thief.userHandle = own;
        System.arraycopy(victim.id, 0, thief.id, 0, thief.id.length);
        PasskeyClient.refused(PASSKEYS.signIn(thief));
        thief.userHandle = victim.userHandle;
        PasskeyClient.refused(PASSKEYS.signIn(thief));
        Answer taken = PASSKEYS.register(PASSKEYS.signUp("thief2@example.com"), victim);
        assertThat(taken.text("code")).isEqualTo("webauthn_credential_exists");
    }

    @Test
    void anUnknownCredentialIsToldNothing() {
        SoftAuthenticator known = PASSKEYS.owner("known@example.com");
        SoftAuthenticator unknown = new SoftAuthenticator();
        unknown.userHandle = known.userHandle;
        Answer one = PASSKEYS.signIn(unknown);
        PasskeyClient.refused(one);
        known.party = "evil.example";
        Answer other = PASSKEYS.signIn(known);
        PasskeyClient.refused(other);
        assertThat(one.response().body()).isEqualTo(other.response().body());
    }

    @Test
    void aCounterThatGoesBackIsRefusedAndInTheLog() {
        SoftAuthenticator authenticator = PASSKEYS.owner("clone@example.com");
        authenticator.count = 7;
        assertThat(PASSKEYS.signIn(authenticator).status()).isEqualTo(200);
        authenticator.count = 7;
        PasskeyClient.refused(PASSKEYS.signIn(authenticator));
        authenticator.count = 3;
        PasskeyClient.refused(PASSKEYS.signIn(authenticator));
        assertThat(PASSKEYS.audited("login_failed", authenticator))
                .hasSize(2)
                .allSatisfy(traits -> assertThat(traits).contains("sign_count"));
        authenticator.count = 8;
        assertThat(PASSKEYS.signIn(authenticator).status()).isEqualTo(200);
    }

    @Test
    void aTamperedSignatureIsRefused() {
        SoftAuthenticator authenticator = PASSKEYS.owner("tampered@example.com");
        Answer options = PASSKEYS.challenge();
        ObjectNode signed = authenticator.sign(options.json().path("options"));
        ObjectNode response = (ObjectNode) signed.path("response");
        byte[] signature = SoftAuthenticator.bytes(response.path("signature").asString());
        signature[signature.length - 1] ^= 1;
        response.put("signature", SoftAuthenticator.text(signature));
        PasskeyClient.refused(
                SERVER.post(PasskeyClient.AUTHENTICATION + "verify", PasskeyClient.answer(options, signed)));
    }

    @Test
    void aUserWhoWasNotVerifiedIsRefused() {
        SoftAuthenticator authenticator = PASSKEYS.owner("present@example.com");
        authenticator.verifiesUser = false;
        PasskeyClient.refused(PASSKEYS.signIn(authenticator));
        PasskeyClient.refused(PASSKEYS.register(PASSKEYS.signUp("present2@example.com"), authenticator));
    }

    @Test
    void anExpiredChallengeIsRefused() {
        SoftAuthenticator authenticator = PASSKEYS.owner("late@example.com");
        Answer options = PASSKEYS.challenge();
        SERVER.clock.forward(Duration.ofMinutes(5));
        assertThat(SERVER.post(
                                PasskeyClient.AUTHENTICATION + "verify",
                                PasskeyClient.answer(
                                        options,
                                        authenticator.sign(options.json().path("options"))))
                        .text("code"))
                .isEqualTo("webauthn_challenge_expired");
    }

    @Test
    void aChallengeIsForOneSessionAndOnePurpose() {
        Answer session = PASSKEYS.signUp("bound@example.com");
        Answer other = SERVER.signIn("bound@example.com", "secret-1");
        SoftAuthenticator authenticator = new SoftAuthenticator();
        Answer options = PASSKEYS.registrationOptions(session);
        String body = PasskeyClient.answer(
                options, authenticator.create(options.json().path("options")));
        assertThat(SERVER.post(PasskeyClient.REGISTRATION + "verify", body, AuthServer.as(other))
                        .text("code"))
                .isEqualTo("webauthn_challenge_not_found");
        assertThat(SERVER.post(
                                PasskeyClient.REGISTRATION + "verify",
                                body,
                                AuthServer.as(PASSKEYS.signUp("bound2@example.com")))
                        .text("code"))
                .isEqualTo("webauthn_challenge_not_found");
        assertThat(SERVER.post(PasskeyClient.AUTHENTICATION + "verify", body).text("code"))
                .isEqualTo("webauthn_challenge_not_found");
        assertThat(SERVER.post(PasskeyClient.REGISTRATION + "verify", body, AuthServer.as(session))
                        .status())
                .isEqualTo(200);
        assertThat(SERVER.post(PasskeyClient.REGISTRATION + "verify", body, AuthServer.as(session))
                        .text("code"))
                .isEqualTo("webauthn_challenge_not_found");
    }

    @Test
    void theBannedAndTheUnconfirmedAreRefused() {
        SoftAuthenticator banned = PASSKEYS.owner("banned@example.com");
        SERVER.execute("update auth.users set banned_until = '2999-01-01' where email = 'banned@example.com'");
        assertThat(PASSKEYS.signIn(banned).text("code")).isEqualTo("user_banned");
        SoftAuthenticator unconfirmed = PASSKEYS.owner("unconfirmed@example.com");
        SERVER.execute("update auth.users set email_confirmed_at = null where email = 'unconfirmed@example.com'");
        assertThat(PASSKEYS.signIn(unconfirmed).text("code")).isEqualTo("email_not_confirmed");
    }
}
