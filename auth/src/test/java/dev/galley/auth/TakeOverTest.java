package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A stranger prepares an account for somebody else's address and waits for the owner to come. */
class TakeOverTest {
    private static final TestClock CLOCK = new TestClock();
    private static final FakeProvider PROVIDER = new FakeProvider(CLOCK);
    private static final AuthServer SERVER = AuthServer.start(OAuthClient.settings(PROVIDER));
    private static final OAuthClient CLIENT = new OAuthClient(SERVER, PROVIDER);

    @AfterAll
    static void stop() {
        SERVER.close();
        PROVIDER.close();
    }

    private static Answer verify(String type, String email) {
        String code = SERVER.lastMail(email).get("Token");
        return SERVER.post(
                "/verify", "{\"type\":\"" + type + "\",\"email\":\"" + email + "\",\"token\":\"" + code + "\"}");
    }

    private static Map<String, String> strangerAtProvider(String email) {
        return CLIENT.signIn("stranger of " + email, email, false);
    }

    @Test
    void theIdentityOfAStrangerIsGoneWhenTheOwnerComesByMagicLink() {
        String email = "magic@example.com";
        assertThat(strangerAtProvider(email)).containsEntry("error_code", "provider_email_needs_verification");
        SERVER.post("/otp", "{\"email\":\"" + email + "\"}");
        assertThat(verify("email", email).status()).isEqualTo(200);
        assertThat(strangerAtProvider(email)).doesNotContainKey("access_token");
        assertThat(SERVER.query("select i.provider from auth.identities i join auth.users u on u.id = i.user_id"
                        + " where u.email = '" + email + "'"))
                .containsExactly("email");
    }

    @Test
    void theIdentityOfAStrangerIsGoneWhenTheOwnerSignsUp() {
        String email = "sign-up@example.com";
        strangerAtProvider(email);
        SERVER.clock.forward(Duration.ofHours(2));
        CLOCK.forward(Duration.ofHours(2));
        SERVER.signUp(email, "of-the-owner");
        assertThat(verify("signup", email).status()).isEqualTo(200);
        assertThat(strangerAtProvider(email)).doesNotContainKey("access_token");
        assertThat(SERVER.signIn(email, "of-the-owner").status()).isEqualTo(200);
    }

    @Test
    void thePasswordOfAStrangerIsGoneWhenTheProviderVouchesForTheOwner() {
        String email = "vouched@example.com";
        CLIENT.signIn("owner of " + email, email, false);
        SERVER.signUp(email, "of-the-stranger");
        assertThat(CLIENT.signIn("owner of " + email, email, true)).containsKey("access_token");
        assertThat(SERVER.signIn(email, "of-the-stranger").status()).isEqualTo(400);
    }

    @Test
    void anInvitationIsNotForWhoSignedUpBefore() {
        String email = "invited@example.com";
        SERVER.post(
                "/signup",
                "{\"email\":\"" + email + "\",\"password\":\"of-the-stranger\",\"data\":{\"name\":\"Mallory\"}}");
        Answer invited = SERVER.post("/invite", "{\"email\":\"" + email + "\"}", SERVER.asAdmin());
        assertThat(invited.status()).as(invited.response().body()).isEqualTo(200);
        assertThat(invited.json().path("user_metadata").has("name")).isFalse();
        assertThat(verify("invite", email).status()).isEqualTo(200);
        assertThat(SERVER.signIn(email, "of-the-stranger").status()).isEqualTo(400);
    }

    @Test
    void aSecondSignUpSetsNoPasswordWhileTheFirstIsPending() {
        String email = "second@example.com";
        SERVER.signUp(email, "of-the-owner");
        SERVER.signUp(email, "of-the-stranger");
        SERVER.signUp(email, "of-the-stranger");
        assertThat(verify("signup", email).status()).isEqualTo(200);
        assertThat(SERVER.signIn(email, "of-the-stranger").status()).isEqualTo(400);

        SERVER.signUp("same@example.com", "of-the-owner");
        SERVER.signUp("same@example.com", "of-the-owner");
        assertThat(verify("signup", "same@example.com").status()).isEqualTo(200);
        assertThat(SERVER.signIn("same@example.com", "of-the-owner").status()).isEqualTo(200);
    }

    @Test
    void aCodeShowsOnlyTheAddressThatItWasSentTo() {
        SERVER.signUp("before@example.com", "secret-1");
        String link = SERVER.lastMail("before@example.com").get("TokenHash");
        SERVER.execute("update auth.users set email = 'after@example.com' where email = 'before@example.com'");
        Answer answer = SERVER.post("/verify", "{\"type\":\"signup\",\"token_hash\":\"" + link + "\"}");
        assertThat(answer.text("code")).isEqualTo("otp_expired");
        assertThat(SERVER.query("select 1 from auth.users where email_confirmed_at is not null"
                        + " and email = 'after@example.com'"))
                .isEmpty();
    }

    @Test
    void anAccountThatWasPreparedIsNotForWhoComesFirst() {
        try (AuthServer open = AuthServer.start("auth.email.enable-confirmations=false")) {
            open.post("/invite", "{\"email\":\"guest@example.com\"}", open.asAdmin());
            open.post(
                    "/admin/users",
                    "{\"email\":\"chief@example.com\",\"app_metadata\":{\"level\":\"chief\"}}",
                    open.asAdmin());
            for (String email : java.util.List.of("guest@example.com", "chief@example.com")) {
                assertThat(open.signUp(email, "of-the-stranger").text("code")).isEqualTo("user_already_exists");
            }
            assertThat(open.query("select 1 from auth.sessions")).isEmpty();
        }
    }

    @Test
    void twoSignUpsAtOnceAreOneSession() throws Exception {
        try (AuthServer open = AuthServer.start("auth.email.enable-confirmations=false");
                var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var both = java.util.stream.IntStream.range(0, 8)
                    .mapToObj(i -> threads.submit(() -> open.signUp("race@example.com", "password-" + i)))
                    .toList();
            int signedIn = 0;
            for (var each : both) {
                signedIn += each.get().status() == 200 ? 1 : 0;
            }
            assertThat(signedIn).isEqualTo(1);
            assertThat(open.query("select 1 from auth.sessions")).hasSize(1);
        }
    }

    @Test
    void aDoubleClickKeepsItsPassword() throws Exception {
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> SERVER.signUp("click@example.com", "of-the-owner"));
            var second = threads.submit(() -> SERVER.signUp("click@example.com", "of-the-owner"));
            assertThat(first.get().status()).isEqualTo(200);
            assertThat(second.get().status()).isEqualTo(200);
        }
        assertThat(verify("signup", "click@example.com").status()).isEqualTo(200);
        assertThat(SERVER.signIn("click@example.com", "of-the-owner").status()).isEqualTo(200);
    }
}
