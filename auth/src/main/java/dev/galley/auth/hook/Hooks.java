package dev.galley.auth.hook;

import dev.galley.auth.account.Again;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.token.ClaimsHook;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.PlatformDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks hooks and reads their answers. Those that take a connection are part of its transaction, which a hook that refuses or fails
 * rolls back; over HTTP they are asked before it ({@link Questions}). The others are asked while no transaction is open: what a function
 * does then stays, whatever it answers.
 */
public final class Hooks implements AutoCloseable {
    private static final ScopedValue<String> CLIENT = ScopedValue.newInstance();

    private final HookSettings settings;
    private final PlatformDatabase database;
    private final Clock clock;
    private final HttpHook http;
    private final boolean asksInTransactions;

    /** @param logout whether the user's sessions are to end as well */
    public record Rejection(String message, boolean logout) {}

    public Hooks(HookSettings settings, PlatformDatabase database, Clock clock) {
        this.settings = settings;
        this.database = database;
        this.clock = clock;
        this.http = new HttpHook(settings, clock);
        this.asksInTransactions = settings.overHttp(Hook.CUSTOM_ACCESS_TOKEN)
                || settings.overHttp(Hook.SEND_EMAIL)
                || settings.overHttp(Hook.SEND_SMS);
    }

    /** A transaction in which hooks may be asked. It may be run several times; what it did before the last one is rolled back. */
    public <T> T transaction(Again.Work<T, SQLException> transaction) throws SQLException {
        return asksInTransactions
                ? Questions.around(transaction, address -> event -> http.call(address, event))
                : transaction.run();
    }

    /** Work for a client, whose address hooks are told. */
    public static <T> T forClient(String address, Supplier<T> work) {
        return ScopedValue.where(CLIENT, address).call(work::get);
    }

    /** Whom the work is for; empty where it is for nobody in particular. */
    public static String client() {
        return CLIENT.orElse("");
    }

    public boolean has(Hook hook) {
        return settings.has(hook);
    }

    /** The hook for access tokens. */
    public ClaimsHook claims() {
        return has(Hook.CUSTOM_ACCESS_TOKEN) ? new AccessTokenHook(this) : ClaimsHook.NONE;
    }

    /** @param valid whether it was the user's password */
    public Optional<Rejection> passwordAttempt(UUID user, boolean valid) throws SQLException {
        if (!has(Hook.PASSWORD_VERIFICATION_ATTEMPT)) {
            return Optional.empty();
        }
        ObjectNode input =
                StrictJson.newObject().put("user_id", user.toString()).put("valid", valid);
        return rejection(
                askAlone(Hook.PASSWORD_VERIFICATION_ATTEMPT, input),
                "Further password verification attempts will be rejected.");
    }

    /** @param type of the factor, as the protocol names it */
    public Optional<Rejection> factorAttempt(UUID user, UUID factor, String type, boolean valid) throws SQLException {
        if (!has(Hook.MFA_VERIFICATION_ATTEMPT)) {
            return Optional.empty();
        }
        ObjectNode input = StrictJson.newObject()
                .put("user_id", user.toString())
                .put("factor_id", factor.toString())
                .put("factor_type", type)
                .put("valid", valid);
        return rejection(
                askAlone(Hook.MFA_VERIFICATION_ATTEMPT, input), "Further MFA verification attempts will be rejected.");
    }

    private static Optional<Rejection> rejection(ObjectNode answer, String otherwise) {
        if (!answer.path("decision").asString("").equals("reject")) {
            return Optional.empty();
        }
        String message = answer.path("message").asString("");
        return Optional.of(new Rejection(
                message.isEmpty() ? otherwise : message,
                answer.path("should_logout_user").asBoolean(false)));
    }

    /** @throws AuthException when there shall be no such user */
    public void beforeUserCreated(ObjectNode user) throws SQLException {
        tell(Hook.BEFORE_USER_CREATED, user);
    }

    public void afterUserCreated(ObjectNode user) throws SQLException {
        tell(Hook.AFTER_USER_CREATED, user);
    }

    private void tell(Hook hook, ObjectNode user) throws SQLException {
        if (has(hook)) {
            ObjectNode input = StrictJson.newObject();
            input.set("user", user);
            askAlone(hook, input);
        }
    }

    public void sendEmail(Connection connection, ObjectNode user, ObjectNode data) throws SQLException {
        ObjectNode input = StrictJson.newObject();
        input.set("user", user);
        input.set("email_data", data);
        ask(connection, Hook.SEND_EMAIL, data, input);
    }

    public void sendSms(Connection connection, ObjectNode user, ObjectNode sms) throws SQLException {
        ObjectNode input = StrictJson.newObject();
        input.set("user", user);
        input.set("sms", sms);
        ask(connection, Hook.SEND_SMS, sms, input);
    }

    /** @param about what tells this question from others that the same transaction asks */
    ObjectNode ask(Connection connection, Hook hook, ObjectNode about, ObjectNode input) throws SQLException {
        ObjectNode event = event(hook, input);
        return read(
                switch (target(hook)) {
                    case HookTarget.Function function ->
                        SqlHook.call(connection, function, event, settings.sqlTimeout());
                    case HookTarget.Http address -> Questions.answer(hook + StrictJson.write(about), address, event);
                });
    }

    private ObjectNode askAlone(Hook hook, ObjectNode input) throws SQLException {
        ObjectNode event = event(hook, input);
        return read(
                switch (target(hook)) {
                    case HookTarget.Function function ->
                        database.transaction(
                                connection -> SqlHook.call(connection, function, event, settings.sqlTimeout()));
                    case HookTarget.Http address -> http.call(address, event);
                });
    }

    private HookTarget target(Hook hook) {
        return Optional.ofNullable(settings.targets().get(hook)).orElseThrow();
    }

    private ObjectNode event(Hook hook, ObjectNode input) {
        ObjectNode event = StrictJson.newObject();
        event.putObject("metadata")
                .put("uuid", UUID.randomUUID().toString())
                .put("time", clock.instant().toString())
                .put("name", hook.metadataName())
                .put("ip_address", client());
        event.setAll(input);
        return event;
    }

    private static ObjectNode read(byte[] bytes) {
        ObjectNode answer = bytes.length == 0
                ? StrictJson.newObject()
                : StrictJson.object(bytes)
                        .map(StrictJson.Parsed::object)
                        .orElseThrow(() -> failure("Error unmarshaling JSON output."));
        JsonNode error = answer.path("error");
        String message = error.path("message").asString("");
        if (!message.isEmpty()) {
            int status = error.path("http_code").asInt(500);
            // What a hook calls an error is never answered as a success.
            int bounded = status >= 400 && status <= 599 ? status : 500;
            ErrorCode code = bounded == 500 ? ErrorCode.UNEXPECTED_FAILURE : ErrorCode.UNKNOWN;
            throw AuthError.of(bounded, code, message).thrown();
        }
        return answer;
    }

    static AuthException failure(String message) {
        return AuthError.of(500, ErrorCode.UNEXPECTED_FAILURE, message).thrown();
    }

    @Override
    public void close() {
        http.close();
    }
}
