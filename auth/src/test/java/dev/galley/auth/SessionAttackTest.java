package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Sessions that should have ended, and tokens that should not open more than they did. */
class SessionAttackTest {
    private static final String OPEN = "auth.email.enable-confirmations=false";

    @Test
    void aRefreshTokenOfBeforeTheSecondFactorReachesNothing() {
        try (AuthServer server = AuthServer.start(OPEN)) {
            SecondFactor factor = SecondFactor.enrolled(server, "mfa@example.com");
            String stolen = factor.session.text("refresh_token");
            Answer raised = factor.show(factor.session);
            assertThat(SecondFactor.claims(raised).path("aal").asString()).isEqualTo("aal2");
            assertThat(server.refresh(stolen).text("code")).isEqualTo("refresh_token_already_used");
            // A refresh that only crossed the second factor does not sign the user out.
            assertThat(server.refresh(raised.text("refresh_token")).status()).isEqualTo(200);
        }
    }

    @Test
    void anAdministratorWhoIsBannedIsNone() {
        try (AuthServer server = AuthServer.start(OPEN)) {
            server.signUp("chief@example.com", "secret-1");
            server.execute("update auth.users set role = 'service_role'");
            Answer session = server.signIn("chief@example.com", "secret-1");
            assertThat(server.get("/admin/users", AuthServer.as(session)).status())
                    .isEqualTo(200);
            server.execute("update auth.users set banned_until = '2999-01-01'");
            assertThat(server.get("/admin/users", AuthServer.as(session)).text("code"))
                    .isEqualTo("user_banned");
            server.execute("update auth.users set banned_until = null");
            server.execute("delete from auth.sessions");
            assertThat(server.get("/admin/users", AuthServer.as(session)).text("code"))
                    .isEqualTo("session_not_found");
            assertThat(server.get("/admin/users", server.asAdmin()).status()).isEqualTo(200);
        }
    }

    @Test
    void aSessionPastItsTimeBoxIsOver() {
        try (AuthServer server = AuthServer.start(OPEN, "auth.sessions.timebox=1h", "auth.jwt-expiry=4h")) {
            Answer session = server.signUp("long@example.com", "secret-1");
            server.clock.forward(Duration.ofMinutes(61));
            assertThat(server.get("/user", AuthServer.as(session)).text("code")).isEqualTo("session_not_found");
            assertThat(server.send("PUT", "/user", "{\"password\":\"secret-2\"}", AuthServer.as(session))
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void anotherWayToSignInNeedsTheSecondFactor() {
        try (FakeProvider provider = new FakeProvider(new TestClock());
                AuthServer server = AuthServer.start(OAuthClient.settings(provider, OPEN))) {
            SecondFactor factor = SecondFactor.verified(server, "linked@example.com");
            Answer low = factor.signIn();
            String path = "/user/identities/authorize?provider=fake&skip_http_redirect=true";
            assertThat(server.get(path, AuthServer.as(low)).text("code")).isEqualTo("insufficient_aal");
            assertThat(server.get(path, AuthServer.as(factor.session)).status()).isEqualTo(200);
        }
    }

    @Test
    void aLinkBegunBeforeANewPasswordDoesNotEndAfterIt() {
        try (FakeProvider provider = new FakeProvider(new TestClock());
                AuthServer server = AuthServer.start(OAuthClient.settings(provider, OPEN))) {
            OAuthClient client = new OAuthClient(server, provider);
            Answer session = server.signUp("owner@example.com", "secret-1");
            Answer begun = server.get(
                    "/user/identities/authorize?provider=fake&skip_http_redirect=true", AuthServer.as(session));
            String state = client.visit(begun.text("url")).get("state");
            server.send("PUT", "/user", "{\"password\":\"secret-2\"}", AuthServer.as(session));
            client.user("thief", "thief@example.com", true);
            assertThat(OAuthClient.fragment(client.callback(state))).doesNotContainKey("access_token");
            assertThat(server.query("select 1 from auth.identities where provider = 'fake'"))
                    .isEmpty();
        }
    }

    @Test
    void aSessionThatEndsWhileAPasswordIsChangedChangesNothing() throws Exception {
        try (AuthServer server = AuthServer.start(OPEN);
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection other = server.database().connection()) {
            Answer session = server.signUp("raced@example.com", "secret-1");
            other.setAutoCommit(false);
            Sql.of("select 1 from auth.users for update").exists(other);
            Future<Answer> change = threads.submit(
                    () -> server.send("PUT", "/user", "{\"password\":\"secret-2\"}", AuthServer.as(session)));
            Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
            while (server.query("select 1 from pg_locks where not granted").isEmpty()) {
                assertThat(Instant.now()).isBefore(deadline);
            }
            Sql.of("delete from auth.sessions").update(other);
            other.commit();
            assertThat(change.get().text("code")).isEqualTo("session_not_found");
            assertThat(server.signIn("raced@example.com", "secret-1").status()).isEqualTo(200);
        }
    }

    @Test
    void aCodeIssuedBeforeASoftDeletionSignsNobodyInAfterIt() {
        try (AuthServer server = AuthServer.start(OPEN)) {
            Answer user = server.signUp("gone@example.com", "secret-1");
            server.post(
                    "/otp",
                    "{\"email\":\"gone@example.com\",\"code_challenge\":\"" + OAuthClient.CHALLENGE
                            + "\",\"code_challenge_method\":\"s256\"}");
            Answer opened = server.get(server.lastMail("gone@example.com").get("ConfirmationURL"));
            String code = OAuthApp.parameters(opened.header("Location")).get("code");
            assertThat(code).isNotNull();
            server.send(
                    "DELETE",
                    "/admin/users/" + user.json().path("user").path("id").asString(),
                    "{\"should_soft_delete\":true}",
                    server.asAdmin());
            Answer answer = server.post(
                    "/token?grant_type=pkce",
                    "{\"auth_code\":\"" + code + "\",\"code_verifier\":\"" + OAuthClient.VERIFIER + "\"}");
            assertThat(answer.text("code")).isEqualTo("flow_state_not_found");
            assertThat(server.query("select 1 from auth.sessions")).isEmpty();
        }
    }

    @Test
    void theRolesOfTheApiHaveNoRightsOnTheTables() {
        try (AuthServer server = AuthServer.start()) {
            assertThat(server.query("""
                            select r.rolname || ' ' || c.oid::regclass
                              from pg_class c, pg_roles r
                             where c.relnamespace in ('auth'::regnamespace, 'galley'::regnamespace) and c.relkind in ('r', 'v', 'm')
                               and r.rolname in ('anon', 'authenticated', 'authenticator', 'service_role')
                               and c.relname <> 'exposed_schemas'
                               and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete')
                            """)).isEmpty();
        }
    }
}
