package dev.galley.auth.hook;

import dev.galley.auth.account.User;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.token.ClaimsHook;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks hooks and reads their answers. A hook that refuses or fails rolls back the transaction that it was asked in. */
public final class Hooks implements AutoCloseable {
    private static final List<String> REQUIRED =
            List.of("aud", "exp", "iat", "sub", "email", "phone", "role", "aal", "session_id", "is_anonymous");
    private static final List<String> TEXTS =
            List.of("jti", "iss", "sub", "email", "phone", "role", "aal", "session_id", "client_id");

    private final HookSettings settings;
    private final Clock clock;
    private final HttpHook http;

    public Hooks(HookSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.http = new HttpHook(settings, clock);
    }

    /** The hook for access tokens. */
    public ClaimsHook claims() {
        return settings.customAccessToken()
                .<ClaimsHook>map(
                        hook -> (connection, user, claims, method) -> claims(connection, hook, user, claims, method))
                .orElse(ClaimsHook.NONE);
    }

    private ObjectNode claims(Connection connection, HookTarget hook, User user, ObjectNode claims, String method)
            throws SQLException {
        String address = Sql.of(
                        "select coalesce(host(ip), '') from auth.sessions where id = ?::uuid",
                        claims.path("session_id").asString(""))
                .one(connection, row -> row.getString(1))
                .orElse("");
        ObjectNode input = StrictJson.newObject();
        input.putObject("metadata")
                .put("uuid", UUID.randomUUID().toString())
                .put("time", clock.instant().toString())
                .put("name", "customize-access-token")
                .put("ip_address", address);
        input.put("user_id", user.id().toString());
        input.set("claims", claims);
        input.put("authentication_method", method);
        ObjectNode answer = ask(connection, hook, input);
        if (!(answer.path("claims") instanceof ObjectNode changed)) {
            throw failure("output claims field is missing");
        }
        requireUsable(changed);
        return changed;
    }

    private ObjectNode ask(Connection connection, HookTarget hook, ObjectNode input) throws SQLException {
        byte[] bytes = switch (hook) {
            case HookTarget.Function function -> SqlHook.call(connection, function, input, settings.sqlTimeout());
            case HookTarget.Http address -> http.call(address, input);
        };
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

    /** Without these claims, or with others in their place, a token would be none that clients and policies can read. */
    private static void requireUsable(ObjectNode claims) {
        boolean complete = REQUIRED.stream().allMatch(claims::has);
        boolean texts = TEXTS.stream()
                .allMatch(name -> !claims.has(name) || claims.path(name).isString());
        boolean times = List.of("exp", "iat", "nbf").stream()
                .allMatch(name -> !claims.has(name) || claims.path(name).isIntegralNumber());
        boolean objects = List.of("app_metadata", "user_metadata").stream()
                .allMatch(name -> !claims.has(name) || claims.path(name).isObject());
        boolean audience = claims.path("aud").isString() || claims.path("aud").isArray();
        boolean methods = !claims.has("amr") || claims.path("amr").isArray();
        if (!complete || !texts || !times || !objects || !audience || !methods) {
            throw failure("output claims do not conform to the expected schema: " + faults(claims));
        }
    }

    private static String faults(ObjectNode claims) {
        List<String> missing =
                REQUIRED.stream().filter(name -> !claims.has(name)).toList();
        return missing.isEmpty() ? "a claim is of another type" : String.join(", ", missing) + " missing";
    }

    private static dev.galley.auth.error.AuthException failure(String message) {
        return AuthError.of(500, ErrorCode.UNEXPECTED_FAILURE, message).thrown();
    }

    @Override
    public void close() {
        http.close();
    }
}
