package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.identity.StrictJson;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A client of passkeys, as tests need one. */
record PasskeyClient(AuthServer server) {
    static final String REGISTRATION = "/passkeys/registration/";
    static final String AUTHENTICATION = "/passkeys/authentication/";

    Answer signUp(String email) {
        Answer session = server.signUp(email, "secret-1");
        assertThat(session.status()).as(session.response().body()).isEqualTo(200);
        return session;
    }

    Answer registrationOptions(Answer session) {
        Answer options = server.post(REGISTRATION + "options", "{}", AuthServer.as(session));
        assertThat(options.status()).as(options.response().body()).isEqualTo(200);
        return options;
    }

    static String answer(Answer options, ObjectNode credential) {
        ObjectNode json = StrictJson.newObject().put("challenge_id", options.text("challenge_id"));
        json.set("credential", credential);
        return StrictJson.write(json);
    }

    Answer register(Answer session, SoftAuthenticator authenticator) {
        Answer options = registrationOptions(session);
        return server.post(
                REGISTRATION + "verify",
                answer(options, authenticator.create(options.json().path("options"))),
                AuthServer.as(session));
    }

    /** A new user with a passkey. */
    SoftAuthenticator owner(String email) {
        SoftAuthenticator authenticator = new SoftAuthenticator();
        Answer registered = register(signUp(email), authenticator);
        assertThat(registered.status()).as(registered.response().body()).isEqualTo(200);
        return authenticator;
    }

    Answer challenge() {
        Answer options = server.post(AUTHENTICATION + "options", "{}");
        assertThat(options.status()).as(options.response().body()).isEqualTo(200);
        return options;
    }

    Answer signIn(SoftAuthenticator authenticator) {
        Answer options = challenge();
        return server.post(
                AUTHENTICATION + "verify",
                answer(options, authenticator.sign(options.json().path("options"))));
    }

    static void refused(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(400);
        assertThat(answer.text("code")).isEqualTo("webauthn_verification_failed");
        assertThat(answer.text("message")).isEqualTo("Credential verification failed");
    }

    List<String> audited(String action, SoftAuthenticator about) {
        return server.query("select payload ->> 'traits' from auth.audit_log_entries where payload ->> 'action' = '"
                + action + "' and payload ->> 'actor_id' = '" + about.userHandle + "'");
    }
}
