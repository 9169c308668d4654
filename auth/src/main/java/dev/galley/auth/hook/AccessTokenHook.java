package dev.galley.auth.hook;

import dev.galley.auth.account.User;
import dev.galley.auth.token.ClaimsHook;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Has the claims of an access token changed, and takes none that would make it useless. */
record AccessTokenHook(Hooks hooks) implements ClaimsHook {
    private static final List<String> REQUIRED =
            List.of("aud", "exp", "iat", "sub", "email", "phone", "role", "aal", "session_id", "is_anonymous");
    private static final List<String> TEXTS =
            List.of("jti", "iss", "sub", "email", "phone", "role", "aal", "session_id", "client_id");
    private static final List<String> TIMES = List.of("exp", "iat", "nbf");
    private static final List<String> OBJECTS = List.of("app_metadata", "user_metadata");

    @Override
    public ObjectNode apply(Connection connection, User user, ObjectNode claims, String method) throws SQLException {
        ObjectNode input = StrictJson.newObject().put("user_id", user.id().toString());
        input.set("claims", claims);
        input.put("authentication_method", method);
        ObjectNode answer = hooks.ask(connection, Hook.CUSTOM_ACCESS_TOKEN, input, input);
        if (!(answer.path("claims") instanceof ObjectNode changed)) {
            throw Hooks.failure("output claims field is missing");
        }
        requireUsable(changed);
        return changed;
    }

    /** Without these claims, or with others in their place, a token would be none that clients and policies can read. */
    private static void requireUsable(ObjectNode claims) {
        boolean complete = REQUIRED.stream().allMatch(claims::has);
        boolean texts = TEXTS.stream()
                .allMatch(name -> !claims.has(name) || claims.path(name).isString());
        boolean times = TIMES.stream()
                .allMatch(name -> !claims.has(name) || claims.path(name).isIntegralNumber());
        boolean objects = OBJECTS.stream()
                .allMatch(name -> !claims.has(name) || claims.path(name).isObject());
        boolean audience = claims.path("aud").isString() || claims.path("aud").isArray();
        boolean methods = !claims.has("amr") || claims.path("amr").isArray();
        if (!complete || !texts || !times || !objects || !audience || !methods) {
            throw Hooks.failure("output claims do not conform to the expected schema: " + faults(claims));
        }
    }

    private static String faults(ObjectNode claims) {
        List<String> missing =
                REQUIRED.stream().filter(name -> !claims.has(name)).toList();
        return missing.isEmpty() ? "a claim is of another type" : String.join(", ", missing) + " missing";
    }
}
