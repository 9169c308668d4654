package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Everything that goes by a mail: confirming, magic links, recovery, a change of address. */
class MailFlowTest {
    private static final AuthServer SERVER = AuthServer.start(
            "auth.site-url=https://app.example.com", "auth.additional-redirect-urls=https://other.example.com/**");
    private static final String VERIFIER = "v".repeat(50);
    private static final String PLAIN = "\"code_challenge\":\"" + VERIFIER + "\",\"code_challenge_method\":\"plain\"";

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static Answer verify(String type, String email, String code) {
        return SERVER.post(
                "/verify", "{\"type\":\"" + type + "\",\"email\":\"" + email + "\",\"token\":\"" + code + "\"}");
    }

    private static Answer confirmed(String email) {
        SERVER.signUp(email, "secret-1");
        return verify("signup", email, SERVER.lastMail(email).get("Token"));
    }

    private static String location(Answer answer) {
        return URLDecoder.decode(answer.header("Location"), StandardCharsets.UTF_8);
    }

    @Test
    void aNewAddressMustBeConfirmedByTheCodeInTheMail() {
        Answer user = SERVER.signUp("code@example.com", "secret-1");
        assertThat(user.status()).isEqualTo(200);
        assertThat(user.json().has("access_token")).isFalse();
        assertThat(user.text("confirmation_sent_at")).isNotEmpty();
        assertThat(SERVER.signIn("code@example.com", "secret-1").text("code")).isEqualTo("email_not_confirmed");

        String code = SERVER.lastMail("code@example.com").get("Token");
        assertThat(code).matches("[0-9]{6}");
        Answer session = verify("signup", "code@example.com", code);
        assertThat(session.status()).as(session.response().body()).isEqualTo(200);
        assertThat(session.json().path("user").has("email_confirmed_at")).isTrue();
        assertThat(verify("signup", "code@example.com", code).text("code")).isEqualTo("otp_expired");
        assertThat(SERVER.signIn("code@example.com", "secret-1").status()).isEqualTo(200);
    }

    @Test
    void theLinkInTheMailEndsAtTheApplicationWithTokens() {
        SERVER.signUp("link@example.com", "secret-1");
        Answer answer = SERVER.get(SERVER.lastMail("link@example.com").get("ConfirmationURL"), "apikey", "");
        assertThat(answer.status()).isEqualTo(303);
        assertThat(location(answer))
                .startsWith("https://app.example.com#access_token=")
                .contains("&type=signup");
        Answer again = SERVER.get(SERVER.lastMail("link@example.com").get("ConfirmationURL"), "apikey", "");
        assertThat(location(again)).startsWith("https://app.example.com#error=access_denied&error_code=otp_expired");
    }

    @Test
    void aFlowWithAChallengeEndsWithACodeThatOnlyItsBeginnerCanUse() {
        SERVER.post("/signup", "{\"email\":\"pkce@example.com\",\"password\":\"secret-1\"," + PLAIN + "}");
        String url = SERVER.lastMail("pkce@example.com").get("ConfirmationURL");
        String location = location(SERVER.get(url, "apikey", ""));
        assertThat(location).startsWith("https://app.example.com?code=");
        String code = URI.create(location).getQuery().substring("code=".length());
        Answer thief = SERVER.post(
                "/token?grant_type=pkce",
                "{\"auth_code\":\"" + code + "\",\"code_verifier\":\"" + "w".repeat(50) + "\"}");
        assertThat(thief.status()).isEqualTo(400);
        assertThat(thief.text("code")).isEqualTo("bad_code_verifier");
        String good = "{\"auth_code\":\"" + code + "\",\"code_verifier\":\"" + VERIFIER + "\"}";
        assertThat(SERVER.post("/token?grant_type=pkce", good).status()).isEqualTo(200);
        assertThat(SERVER.post("/token?grant_type=pkce", good).text("code")).isEqualTo("flow_state_not_found");
    }

    @Test
    void aCodeOfAFlowExpires() {
        SERVER.post("/signup", "{\"email\":\"late@example.com\",\"password\":\"secret-1\"," + PLAIN + "}");
        String location =
                location(SERVER.get(SERVER.lastMail("late@example.com").get("ConfirmationURL")));
        SERVER.clock.forward(Duration.ofMinutes(6));
        Answer late = SERVER.post(
                "/token?grant_type=pkce",
                "{\"auth_code\":\"" + URI.create(location).getQuery().substring(5) + "\",\"code_verifier\":\""
                        + VERIFIER + "\"}");
        assertThat(late.status()).isEqualTo(422);
        assertThat(late.text("code")).isEqualTo("flow_state_expired");
    }

    @Test
    void aMagicLinkSignsInAndMakesTheUserWhenAsked() {
        assertThat(SERVER.post("/otp", "{\"email\":\"magic@example.com\",\"create_user\":false}")
                        .text("code"))
                .isEqualTo("otp_disabled");
        assertThat(SERVER.post("/otp", "{\"email\":\"magic@example.com\"}").status())
                .isEqualTo(200);
        Answer first = verify(
                "email",
                "magic@example.com",
                SERVER.lastMail("magic@example.com").get("Token"));
        assertThat(first.status()).as(first.response().body()).isEqualTo(200);
        assertThat(SERVER.post("/otp", "{\"email\":\"magic@example.com\"}").status())
                .isEqualTo(200);
        Map<String, String> mail = SERVER.lastMail("magic@example.com");
        Answer second = SERVER.post("/verify", "{\"type\":\"email\",\"token_hash\":\"" + mail.get("TokenHash") + "\"}");
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.json().path("user").path("id"))
                .isEqualTo(first.json().path("user").path("id"));
        assertThat(verify("email", "magic@example.com", mail.get("Token")).status())
                .isEqualTo(403);
    }

    @Test
    void aLostPasswordIsReplaced() {
        confirmed("lost@example.com");
        assertThat(SERVER.post("/recover", "{\"email\":\"lost@example.com\"}").status())
                .isEqualTo(200);
        Answer session = verify(
                "recovery",
                "lost@example.com",
                SERVER.lastMail("lost@example.com").get("Token"));
        assertThat(session.status()).isEqualTo(200);
        assertThat(SERVER.send("PUT", "/user", "{\"password\":\"secret-2\"}", AuthServer.as(session))
                        .status())
                .isEqualTo(200);
        assertThat(SERVER.signIn("lost@example.com", "secret-1").status()).isEqualTo(400);
        assertThat(SERVER.signIn("lost@example.com", "secret-2").status()).isEqualTo(200);
    }

    @Test
    void whoeverSignedUpFirstWithAForeignAddressLosesItToItsOwner() {
        SERVER.signUp("victim@example.com", "attacker-1");
        SERVER.post("/otp", "{\"email\":\"victim@example.com\"}");
        Answer owner = verify(
                "email",
                "victim@example.com",
                SERVER.lastMail("victim@example.com").get("Token"));
        assertThat(owner.status()).isEqualTo(200);
        assertThat(SERVER.signIn("victim@example.com", "attacker-1").text("code"))
                .isEqualTo("invalid_credentials");
    }

    @Test
    void bothAddressesMustAgreeToAChange() {
        Answer session = confirmed("old@example.com");
        assertThat(SERVER.send("PUT", "/user", "{\"email\":\"fresh@example.com\"}", AuthServer.as(session))
                        .text("new_email"))
                .isEqualTo("fresh@example.com");
        String fromNew = SERVER.lastMail("fresh@example.com").get("TokenHash");
        String fromOld = SERVER.lastMail("old@example.com").get("TokenHash");
        Answer half = SERVER.post("/verify", "{\"type\":\"email_change\",\"token_hash\":\"" + fromNew + "\"}");
        assertThat(half.text("code")).isEqualTo("200");
        assertThat(half.text("msg")).startsWith("Confirmation link accepted");
        assertThat(SERVER.query("select email from auth.users where email_change = 'fresh@example.com'"))
                .containsExactly("old@example.com");
        Answer whole = SERVER.post("/verify", "{\"type\":\"email_change\",\"token_hash\":\"" + fromOld + "\"}");
        assertThat(whole.json().path("user").path("email").asString()).isEqualTo("fresh@example.com");
        assertThat(SERVER.signIn("fresh@example.com", "secret-1").status()).isEqualTo(200);
    }

    @Test
    void theNewAddressCannotAgreeTwice() {
        Answer session = confirmed("holder@example.com");
        for (int round = 0; round < 2; round++) {
            SERVER.send("PUT", "/user", "{\"email\":\"thief@example.com\"}", AuthServer.as(session));
            SERVER.post("/resend", "{\"type\":\"email_change\",\"email\":\"holder@example.com\"}");
            String hash = SERVER.lastMail("thief@example.com").get("TokenHash");
            Answer half = SERVER.post("/verify", "{\"type\":\"email_change\",\"token_hash\":\"" + hash + "\"}");
            assertThat(half.text("code")).isEqualTo("200");
        }
        assertThat(SERVER.query("select count(*) from auth.users where email = 'thief@example.com'"))
                .containsExactly("0");
    }

    @Test
    void aChangeOfPasswordKillsWhatWasSentBefore() {
        Answer session = confirmed("sent@example.com");
        SERVER.post("/recover", "{\"email\":\"sent@example.com\"}");
        String before = SERVER.lastMail("sent@example.com").get("TokenHash");
        SERVER.send("PUT", "/user", "{\"password\":\"secret-2\"}", AuthServer.as(session));
        assertThat(SERVER.post("/verify", "{\"type\":\"recovery\",\"token_hash\":\"" + before + "\"}")
                        .text("code"))
                .isEqualTo("otp_expired");
    }

    @Test
    void codesAndLinksExpire() {
        SERVER.signUp("slow@example.com", "secret-1");
        Map<String, String> mail = SERVER.lastMail("slow@example.com");
        SERVER.clock.forward(Duration.ofMinutes(61));
        assertThat(verify("signup", "slow@example.com", mail.get("Token")).text("code"))
                .isEqualTo("otp_expired");
        assertThat(SERVER.post("/verify", "{\"type\":\"signup\",\"token_hash\":\"" + mail.get("TokenHash") + "\"}")
                        .text("code"))
                .isEqualTo("otp_expired");
    }

    @Test
    void usersAreSentOnlyWhereTheProjectAllows() {
        SERVER.post(
                "/signup?redirect_to=https://evil.example.net/",
                "{\"email\":\"r1@example.com\",\"password\":\"secret-1\"}");
        assertThat(SERVER.lastMail("r1@example.com").get("RedirectTo")).isEqualTo("https://app.example.com");
        SERVER.post(
                "/signup?redirect_to=https://other.example.com/in/here",
                "{\"email\":\"r2@example.com\",\"password\":\"secret-1\"}",
                "X-Forwarded-Host",
                "evil.example.net");
        Map<String, String> mail = SERVER.lastMail("r2@example.com");
        assertThat(mail.get("RedirectTo")).isEqualTo("https://other.example.com/in/here");
        assertThat(mail.get("ConfirmationURL"))
                .startsWith(SERVER.url() + "/verify?")
                .doesNotContain("evil");
        String tampered =
                mail.get("ConfirmationURL").replaceFirst("redirect_to=.*", "redirect_to=https://evil.example.net");
        assertThat(location(SERVER.get(tampered))).startsWith("https://app.example.com#access_token");
    }

    @Test
    void theDatabaseHoldsNoSecretThatWorks() {
        SERVER.signUp("dump@example.com", "secret-1");
        Map<String, String> mail = SERVER.lastMail("dump@example.com");
        String rows = String.join(
                " ",
                SERVER.query(
                        "select u::text || t::text from auth.users u join auth.one_time_tokens t on t.user_id = u.id"
                                + " where email = 'dump@example.com'"));
        assertThat(rows).doesNotContain(mail.get("TokenHash")).doesNotContain("," + mail.get("Token") + ",");
        String stored = SERVER.query("select confirmation_token from auth.users where email = 'dump@example.com'")
                .getFirst();
        assertThat(SERVER.post("/verify", "{\"type\":\"signup\",\"token_hash\":\"" + stored + "\"}")
                        .status())
                .isEqualTo(403);
    }
}
