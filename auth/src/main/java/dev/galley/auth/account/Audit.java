package dev.galley.auth.account;

import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Notes what happened in {@code auth.audit_log_entries}, in the transaction in which it happens. Each entry is sealed there and then
 * ({@link AuditSeal}), without regard to any other, so that sign-ins do not wait for each other; once it is committed a job chains it.
 */
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
        /** Somebody removed an entry before it was chained. */
        AUDIT_ENTRY_REMOVED("audit"),
        CUSTOM_PROVIDER_CREATED("provider"),
        CUSTOM_PROVIDER_UPDATED("provider"),
        CUSTOM_PROVIDER_DELETED("provider"),
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

    /** Seals what one request notes; belongs to its thread. */
    private static final class Pen {
        private final AuditSeal seal;
        private final List<Noted> noted = new ArrayList<>();

        private Pen(AuditSeal seal) {
            this.seal = seal;
        }
    }

    /**
     * An entry that stays if its transaction commits.
     *
     * @param transaction as {@code pg_xact_status} knows it
     */
    public record Noted(UUID id, long transaction) {}

    private static final ScopedValue<Pen> PEN = ScopedValue.newInstance();

    private static final User SERVICE =
            new User(StrictJson.newObject().put("id", INSTANCE.toString()).put("email", "service_role"));
    private static final User NOBODY = new User(StrictJson.newObject().put("id", INSTANCE.toString()));

    private Audit() {}

    /**
     * Does work that may note something.
     *
     * @param noted told after it what was noted, if anything
     */
    public static <T> T sealed(AuditSeal seal, Consumer<List<Noted>> noted, Supplier<T> work) {
        Pen pen = new Pen(seal);
        try {
            return ScopedValue.where(PEN, pen).call(work::get);
        } finally {
            if (!pen.noted.isEmpty()) {
                noted.accept(List.copyOf(pen.noted));
            }
        }
    }

    /** Who asked when it was no user: nothing of what they typed, for people type passwords in the wrong field. */
    public static User nobody() {
        return NOBODY;
    }

    /** What an administrator did with what belongs to no user. */
    public static void noteByService(
            Connection connection, Action action, ObjectNode traits, String address, Instant now) throws SQLException {
        note(connection, action, SERVICE, traits, address, now);
    }

    /** @param traits what else is known of the event; holds no secret */
    public static void note(
            Connection connection, Action action, User actor, ObjectNode traits, String address, Instant now)
            throws SQLException {
        ObjectNode payload = StrictJson.newObject();
        payload.put("action", action.name().toLowerCase(Locale.ROOT));
        payload.put("actor_id", actor.id().toString());
        actor.userMetadata().path("full_name").stringValueOpt().ifPresent(name -> payload.put("actor_name", name));
        payload.put("actor_username", actor.phone().or(actor::email).orElse(""));
        payload.put("actor_via_sso", actor.sso());
        payload.put("log_type", action.type);
        if (!traits.isEmpty()) {
            payload.set("traits", traits);
        }
        payload.put("timestamp", now.toString());
        // PostgreSQL keeps no more digits, and the seal must be of what it keeps.
        Instant time = now.truncatedTo(ChronoUnit.MICROS);
        UUID id = UUID.randomUUID();
        String text = StrictJson.write(payload);
        Pen pen = PEN.get();
        byte[] seal = pen.seal.of(
                new AuditSeal.Entry(INSTANCE.toString(), id.toString(), text, AuditSeal.time(time), address));
        long transaction = Sql.of("""
                        insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address, seal)
                        values (?, ?, ?::json, ?, ?, ?) returning pg_current_xact_id()::text::bigint
                        """, INSTANCE, id, text, time, address, seal)
                .one(connection, row -> row.getLong(1))
                .orElseThrow();
        pen.noted.add(new Noted(id, transaction));
    }
}
