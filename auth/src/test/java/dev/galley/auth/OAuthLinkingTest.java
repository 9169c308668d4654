package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Who becomes one account with whom, and who does not. */
class OAuthLinkingTest {
    private static final TestClock CLOCK = new TestClock();
    private static final FakeProvider PROVIDER = new FakeProvider(CLOCK);
    private static final AuthServer SERVER = AuthServer.start(OAuthClient.settings(PROVIDER));
    private static final OAuthClient CLIENT = new OAuthClient(SERVER, PROVIDER);

    @AfterAll
    static void stop() {
        SERVER.close();
        PROVIDER.close();
    }

    private static void confirmed(String email) {
        SERVER.signUp(email, "secret-1");
        SERVER.execute("update auth.users set email_confirmed_at = now() where email = '" + email + "'");
    }

    private static String id(String email) {
        return SERVER.query("select id from auth.users where email = '" + email + "'")
                .getFirst();
    }

    @Test
    void bothSidesAreSure() {
        confirmed("sure@example.com");
        SERVER.execute("update auth.users set email = 'SURE@example.com' where email = 'sure@example.com'");
        String id = id("SURE@example.com");
        Map<String, String> session = CLIENT.signIn("sure", "Sure@Example.com", true);
        assertThat(CLIENT.claims(session.get("access_token")).path("sub").asString())
                .isEqualTo(id);
        assertThat(SERVER.query("select raw_app_meta_data ->> 'providers' from auth.users where id = '" + id + "'"))
                .containsExactly("[\"email\", \"fake\"]");
        assertThat(SERVER.signIn("sure@example.com", "secret-1").status()).isEqualTo(200);
        assertThat(SERVER.query(
                        "select count(*) from auth.audit_log_entries where payload ->> 'action' = 'identity_linked'"
                                + " and payload ->> 'actor_id' = '" + id + "'"))
                .containsExactly("1");
    }

    @Test
    void anUnverifiedAddressTakesNoAccountOver() {
        confirmed("victim@example.com");
        Map<String, String> end = CLIENT.signIn("thief", "victim@example.com", false);
        assertThat(end)
                .doesNotContainKey("access_token")
                .containsEntry("error_code", "provider_email_needs_verification");
        assertThat(SERVER.query("select 1 from auth.identities where provider_id = 'thief'"))
                .isEmpty();
        // The answer for an address that nobody has is the same.
        Map<String, String> fresh = CLIENT.signIn("fresh", "nobody-has-this@example.com", false);
        assertThat(fresh).isEqualTo(end);
        assertThat(SERVER.lastMail("nobody-has-this@example.com")).containsKey("ConfirmationURL");
        Answer grant = CLIENT.idToken(token("thief-2", "victim@example.com", false), "");
        assertThat(grant.status()).isEqualTo(422);
        assertThat(SERVER.query("select 1 from auth.identities where provider_id = 'thief-2'"))
                .isEmpty();
    }

    @Test
    void theOwnerOfAnAddressGetsItFromWhoeverClaimedIt() {
        SERVER.post(
                "/signup",
                "{\"email\":\"owner@example.com\",\"password\":\"attacker-1\",\"data\":{\"name\":\"Mallory\",\"planted\":1}}");
        String id = id("owner@example.com");
        SERVER.execute(
                "insert into auth.sessions (id, user_id, created_at) values (gen_random_uuid(), '" + id + "', now())");
        Map<String, String> session = CLIENT.signIn("owner", "owner@example.com", true);
        assertThat(session).containsKey("access_token");
        Answer user = SERVER.get("/user", "Authorization", "Bearer " + session.get("access_token"));
        assertThat(user.json().path("user_metadata").has("planted")).isFalse();
        assertThat(user.json().at("/user_metadata/name").asString()).isEqualTo("Ann owner");
        assertThat(user.json().path("identities").size()).isEqualTo(1);
        assertThat(user.text("email_confirmed_at")).isNotEmpty();
        assertThat(SERVER.signIn("owner@example.com", "attacker-1").text("code"))
                .isEqualTo("invalid_credentials");
        assertThat(SERVER.query("select count(*) from auth.sessions where user_id = '" + user.text("id") + "'"))
                .containsExactly("1");
        assertThat(SERVER.query("select 1 from auth.one_time_tokens where user_id = '" + user.text("id") + "'"))
                .isEmpty();
    }

    @Test
    void anotherUnverifiedIdentityGoesToo() {
        CLIENT.signIn("squatter", "squatted@example.com", false);
        assertThat(SERVER.query("select 1 from auth.identities where provider_id = 'squatter'"))
                .hasSize(1);
        CLIENT.signIn("true-owner", "squatted@example.com", true);
        assertThat(SERVER.query("select provider_id from auth.identities i join auth.users u on u.id = i.user_id"
                        + " where u.email = 'squatted@example.com'"))
                .containsExactly("true-owner");
    }

    @Test
    void aPhonesAccountKeepsItselfAndLosesTheAddress() {
        SERVER.execute(
                "insert into auth.users (id, aud, role, email, phone, phone_confirmed_at, created_at, updated_at)"
                        + " values (gen_random_uuid(), 'authenticated', 'authenticated', 'phone@example.com', '4915112345', now(), now(), now())");
        Map<String, String> session = CLIENT.signIn("phone", "phone@example.com", true);
        assertThat(session).containsKey("access_token");
        assertThat(SERVER.query("select coalesce(email, '-') from auth.users where phone = '4915112345'"))
                .containsExactly("-");
        assertThat(CLIENT.claims(session.get("access_token")).path("phone").asString())
                .isEmpty();
    }

    @Test
    void theBannedStayOut() {
        CLIENT.signIn("bad", "bad@example.com", true);
        confirmed("bad-2@example.com");
        SERVER.execute(
                "update auth.users set banned_until = now() + interval '1 year' where email like 'bad%@example.com'");
        assertThat(CLIENT.signIn("bad", "bad@example.com", true)).containsEntry("error_code", "user_banned");
        assertThat(CLIENT.signIn("bad-2", "bad-2@example.com", true)).containsEntry("error_code", "user_banned");
        assertThat(CLIENT.idToken(token("bad", "bad@example.com", true), "").text("code"))
                .isEqualTo("user_banned");
        assertThat(SERVER.query("select 1 from auth.identities where provider_id = 'bad-2'"))
                .isEmpty();
    }

    @Test
    void theProviderKnowsItsUserByItsNameForThem() {
        CLIENT.signIn("mover", "before@example.com", true);
        String id = id("before@example.com");
        confirmed("after@example.com");
        Map<String, String> moved = CLIENT.signIn("mover", "after@example.com", true);
        assertThat(CLIENT.claims(moved.get("access_token")).path("sub").asString())
                .isEqualTo(id);
        assertThat(SERVER.query("select email from auth.users where id = '" + id + "'"))
                .containsExactly("before@example.com");
        assertThat(SERVER.query("select identity_data ->> 'email' from auth.identities where provider_id = 'mover'"))
                .containsExactly("after@example.com");
    }

    @Test
    void aProviderSetsNoRole() {
        PROVIDER.user.set(Map.of(
                "sub",
                "rooted",
                "email",
                "rooted@example.com",
                "email_verified",
                true,
                "role",
                "service_role",
                "app_metadata",
                Map.of("admin", true),
                "aud_extra",
                "x"));
        Map<String, String> session =
                OAuthClient.fragment(CLIENT.callback(CLIENT.authorize("").get("state")));
        var claims = CLIENT.claims(session.get("access_token"));
        assertThat(claims.path("role").asString()).isEqualTo("authenticated");
        assertThat(claims.path("app_metadata").has("admin")).isFalse();
        assertThat(claims.path("user_metadata").has("role")).isFalse();
    }

    @Test
    void anInvitedUserComesByAProvider() {
        SERVER.signUp("invited@example.com", "secret-1");
        String link = SERVER.lastMail("invited@example.com").get("TokenHash");
        CLIENT.user("invited", "invited@example.com", false);
        assertThat(OAuthClient.fragment(CLIENT.callback(
                        CLIENT.authorize("&invite_token=" + link).get("state"))))
                .containsEntry("error_code", "invite_not_found");
        SERVER.execute("update auth.users set invited_at = now() where email = 'invited@example.com'");
        CLIENT.user("invited", "somebody-else@example.com", true);
        assertThat(OAuthClient.fragment(CLIENT.callback(
                        CLIENT.authorize("&invite_token=" + link).get("state"))))
                .containsEntry("error_code", "validation_failed");
        CLIENT.user("invited", "invited@example.com", true);
        assertThat(OAuthClient.fragment(CLIENT.callback(
                        CLIENT.authorize("&invite_token=" + link).get("state"))))
                .containsKey("access_token");
        assertThat(OAuthClient.fragment(CLIENT.callback(
                        CLIENT.authorize("&invite_token=" + link).get("state"))))
                .containsEntry("error_code", "invite_not_found");
    }

    private static String token(String subject, String email, boolean verified) {
        CLIENT.user(subject, email, verified);
        return PROVIDER.idToken("");
    }
}
