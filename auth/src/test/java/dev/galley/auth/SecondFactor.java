package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.auth.factor.Base32;
import dev.galley.auth.factor.Totp;

/** A user with an authenticator app, as tests need one. */
final class SecondFactor {
    static final String PASSWORD = "secret-1";

    private final AuthServer server;
    final String email;
    final String id;
    private final byte[] secret;

    /** The session that enrolled; of AAL2 once {@link #verified} was called. */
    Answer session;

    private SecondFactor(AuthServer server, String email, Answer session, String id, byte[] secret) {
        this.server = server;
        this.email = email;
        this.session = session;
        this.id = id;
        this.secret = secret;
    }

    /** A new user whose app is enrolled, not verified. */
    static SecondFactor enrolled(AuthServer server, String email) {
        Answer session = server.signUp(email, PASSWORD);
        assertThat(session.status()).as(session.response().body()).isEqualTo(200);
        Answer factor =
                server.post("/factors", "{\"factor_type\":\"totp\",\"friendly_name\":\"app\"}", AuthServer.as(session));
        assertThat(factor.status()).as(factor.response().body()).isEqualTo(200);
        byte[] secret = Base32.decode(factor.json().path("totp").path("secret").asString())
                .orElseThrow();
        return new SecondFactor(server, email, session, factor.text("id"), secret);
    }

    static SecondFactor verified(AuthServer server, String email) {
        SecondFactor factor = enrolled(server, email);
        Answer raised = factor.show(factor.session);
        assertThat(raised.status()).as(raised.response().body()).isEqualTo(200);
        factor.session = raised;
        // The next code is another one.
        server.clock.forward(java.time.Duration.ofSeconds(60));
        return factor;
    }

    String code() {
        return Totp.code(secret, Totp.step(server.clock.instant()));
    }

    Answer signIn() {
        return server.signIn(email, PASSWORD);
    }

    String challenge(Answer session) {
        Answer challenge = server.post("/factors/" + id + "/challenge", "{}", AuthServer.as(session));
        assertThat(challenge.status()).as(challenge.response().body()).isEqualTo(200);
        return challenge.text("id");
    }

    Answer verify(Answer session, String challenge, String code) {
        return server.post(
                "/factors/" + id + "/verify",
                "{\"challenge_id\":\"" + challenge + "\",\"code\":\"" + code + "\"}",
                AuthServer.as(session));
    }

    /** Challenge and present code. */
    Answer show(Answer session) {
        return verify(session, challenge(session), code());
    }

    /** The claims of an access token, not verified. */
    static tools.jackson.databind.JsonNode claims(Answer session) {
        String payload = session.text("access_token").split("\\.")[1];
        return dev.galley.identity.StrictJson.read(
                new String(java.util.Base64.getUrlDecoder().decode(payload), java.nio.charset.StandardCharsets.UTF_8));
    }
}
