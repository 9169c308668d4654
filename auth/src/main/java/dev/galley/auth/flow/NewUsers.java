package dev.galley.auth.flow;

import dev.galley.auth.account.Identities;
import dev.galley.auth.account.Users;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** What a new user is at first. */
public final class NewUsers {
    private static final String ROLE = "authenticated";

    private NewUsers() {}

    /** For a draft: the id that a hook was told of the user, where one was. */
    public static UUID id() {
        return Creations.id();
    }

    /** The way in for everybody but those whom an administrator makes; hooks are asked and told. */
    public static void insert(Connection connection, Parts parts, Users.Draft draft) throws SQLException {
        Creations.note(draft);
        Users.insert(connection, draft, parts.now());
    }

    /** @param provider {@code email} or {@code phone} */
    public static Users.Draft draft(
            Parts parts, UUID id, String provider, String address, Optional<String> hash, ObjectNode data) {
        boolean byEmail = provider.equals(Identities.EMAIL);
        return new Users.Draft(
                id,
                parts.settings().sessions().audience(),
                ROLE,
                byEmail ? Optional.of(address) : Optional.empty(),
                byEmail ? Optional.empty() : Optional.of(address),
                hash,
                appMetadata(provider),
                data,
                false,
                false);
    }

    public static Users.Draft anonymous(Parts parts, UUID id, ObjectNode data) {
        return new Users.Draft(
                id,
                parts.settings().sessions().audience(),
                ROLE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                StrictJson.newObject(),
                data,
                true,
                false);
    }

    public static ObjectNode appMetadata(String provider) {
        ObjectNode metadata = StrictJson.newObject().put("provider", provider);
        metadata.putArray("providers").add(provider);
        return metadata;
    }

    /** The data of the identity that an address is. */
    public static ObjectNode identity(String provider, String address, boolean verified) {
        boolean byEmail = provider.equals(Identities.EMAIL);
        ObjectNode data = StrictJson.newObject();
        if (byEmail) {
            data.put("email", address);
        } else {
            data.put("phone", address);
        }
        return data.put("email_verified", byEmail && verified).put("phone_verified", !byEmail && verified);
    }

    /** A user as a first sign-up would have made, with an id that is nobody's: for an address that is taken. */
    public static ObjectNode pretended(Parts parts, String provider, String address, ObjectNode data) {
        String now = parts.now().toString();
        boolean byEmail = provider.equals(Identities.EMAIL);
        ObjectNode json = StrictJson.newObject();
        json.put("id", UUID.randomUUID().toString());
        json.put("aud", parts.settings().sessions().audience());
        json.put("role", ROLE);
        json.put("email", byEmail ? address : "");
        json.put("phone", byEmail ? "" : address);
        json.put("confirmation_sent_at", now);
        json.set("app_metadata", appMetadata(provider));
        json.set("user_metadata", data);
        json.putArray("identities");
        json.put("created_at", now);
        json.put("updated_at", now);
        json.put("is_anonymous", false);
        return json;
    }
}
