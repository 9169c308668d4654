package dev.galley.auth.account;

import dev.galley.identity.StrictJson;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Users as clients see them: only the fields named here, never a hash or a token. */
public final class UserJson {
    private static final List<String> FACTOR = List.of(
            "id",
            "created_at",
            "updated_at",
            "status",
            "friendly_name",
            "factor_type",
            "web_authn_aaguid",
            "phone",
            "last_challenged_at");
    private static final List<String> IDENTITY =
            List.of("user_id", "identity_data", "provider", "last_sign_in_at", "created_at", "updated_at", "email");

    private UserJson() {}

    public static ObjectNode of(User user) {
        ObjectNode row = user.row();
        ObjectNode json = StrictJson.newObject();
        json.put("id", user.id().toString());
        json.put("aud", user.audience());
        json.put("role", user.role());
        json.put("email", user.email().orElse(""));
        copy(row, json, "email_confirmed_at", "invited_at");
        json.put("phone", user.phone().orElse(""));
        copy(row, json, "phone_confirmed_at", "confirmation_sent_at", "confirmed_at", "recovery_sent_at");
        user.newEmail().ifPresent(email -> json.put("new_email", email));
        copy(row, json, "email_change_sent_at");
        user.newPhone().ifPresent(phone -> json.put("new_phone", phone));
        copy(row, json, "phone_change_sent_at", "reauthentication_sent_at", "last_sign_in_at");
        json.set("app_metadata", user.appMetadata());
        json.set("user_metadata", user.userMetadata());
        if (!user.factors().isEmpty()) {
            ArrayNode factors = json.putArray("factors");
            user.factors().forEach(factor -> factors.add(factor(factor)));
        }
        ArrayNode identities = json.putArray("identities");
        user.identities().forEach(identity -> identities.add(identity(identity)));
        copy(row, json, "created_at", "updated_at", "banned_until", "deleted_at");
        json.put("is_anonymous", user.anonymous());
        return json;
    }

    public static ObjectNode factor(ObjectNode row) {
        ObjectNode json = StrictJson.newObject();
        copy(row, json, FACTOR.toArray(String[]::new));
        return json;
    }

    public static ObjectNode identity(ObjectNode row) {
        ObjectNode json = StrictJson.newObject();
        json.set("identity_id", row.path("id"));
        json.set("id", row.path("provider_id"));
        copy(row, json, IDENTITY.toArray(String[]::new));
        return json;
    }

    private static void copy(ObjectNode row, ObjectNode json, String... names) {
        for (String name : names) {
            if (row.hasNonNull(name)) {
                json.set(name, value(name, row.path(name)));
            }
        }
    }

    /** PostgreSQL writes UTC as +00:00, clients expect Z. */
    private static JsonNode value(String name, JsonNode node) {
        if ((name.endsWith("_at") || name.endsWith("_until")) && node.isString()) {
            return StrictJson.newObject().stringNode(node.stringValue().replace("+00:00", "Z"));
        }
        return node;
    }
}
