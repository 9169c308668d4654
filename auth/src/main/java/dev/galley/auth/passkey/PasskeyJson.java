package dev.galley.auth.passkey;

import dev.galley.auth.account.Passkeys.Passkey;
import dev.galley.identity.StrictJson;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Passkeys as clients see them: never a key. */
final class PasskeyJson {
    private PasskeyJson() {}

    static ObjectNode challenge(UUID id, ObjectNode options, Instant expiresAt) {
        ObjectNode json = StrictJson.newObject().put("challenge_id", id.toString());
        json.set("options", options);
        return json.put("expires_at", expiresAt.getEpochSecond());
    }

    static ObjectNode made(Passkey passkey) {
        return StrictJson.newObject()
                .put("id", passkey.id().toString())
                .put("friendly_name", passkey.name())
                .put("created_at", passkey.createdAt().toString());
    }

    static ObjectNode item(Passkey passkey) {
        ObjectNode json = made(passkey);
        passkey.lastUsedAt().ifPresent(time -> json.put("last_used_at", time.toString()));
        return json;
    }

    static ArrayNode list(List<Passkey> passkeys) {
        ArrayNode all = StrictJson.newObject().arrayNode();
        passkeys.forEach(passkey -> all.add(item(passkey)));
        return all;
    }
}
