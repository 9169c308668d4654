package dev.galley.auth.account;

import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Notes what happened in {@code auth.audit_log_entries}, in the transaction in which it happens. */
public final class Audit {
    private static final UUID INSTANCE = new UUID(0, 0);

    /** The actions of the protocol, each with the kind of thing it is about. */
    public enum Action {
        LOGIN("account"),
        LOGOUT("account"),
        INVITE_ACCEPTED("account"),
        USER_SIGNEDUP("team"),
        USER_INVITED("team"),
        USER_DELETED("team"),
        USER_MODIFIED("user"),
        USER_RECOVERY_REQUESTED("user"),
        USER_REAUTHENTICATE_REQUESTED("user"),
        USER_CONFIRMATION_REQUESTED("user"),
        USER_REPEATED_SIGNUP("user"),
        USER_UPDATED_PASSWORD("user"),
        TOKEN_REVOKED("token"),
        TOKEN_REFRESHED("token"),
        GENERATE_RECOVERY_CODES("user"),
        FACTOR_IN_PROGRESS("factor"),
        FACTOR_UNENROLLED("factor"),
        CHALLENGE_CREATED("factor"),
        VERIFICATION_ATTEMPTED("factor"),
        FACTOR_DELETED("factor"),
        FACTOR_UPDATED("factor"),
        MFA_CODE_LOGIN("factor"),
        IDENTITY_UNLINKED("user"),
        IDENTITY_LINKED("user"),
        PASSKEY_CREATED("user"),
        PASSKEY_UPDATED("user"),
        PASSKEY_DELETED("user"),
        LOGIN_FAILED("account"),
        OAUTH_CLIENT_CREATED("oauth"),
        OAUTH_CLIENT_UPDATED("oauth"),
        OAUTH_CLIENT_DELETED("oauth"),
        OAUTH_CONSENT_GIVEN("oauth"),
        OAUTH_CONSENT_DENIED("oauth");

        private final String type;

        Action(String type) {
            this.type = type;
        }
    }

    private Audit() {}

    /** @param traits what else is known of the event; holds no secret */
    public static void note(
            Connection connection, Action action, User actor, ObjectNode traits, String address, Instant now)
            throws SQLException {
        ObjectNode payload = StrictJson.newObject();
        payload.put("action", action.name().toLowerCase(java.util.Locale.ROOT));
        payload.put("actor_id", actor.id().toString());
        payload.put("actor_username", actor.email().or(actor::phone).orElse(""));
        payload.put("actor_via_sso", actor.sso());
        payload.put("log_type", action.type);
        if (!traits.isEmpty()) {
            payload.set("traits", traits);
        }
        payload.put("timestamp", now.toString());
        Sql.of("""
                        insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address)
                        values (?, gen_random_uuid(), ?::json, ?, ?)
                        """, INSTANCE, StrictJson.write(payload), now, address).update(connection);
    }
}
