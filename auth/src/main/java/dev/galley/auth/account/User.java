package dev.galley.auth.account;

import dev.galley.identity.StrictJson;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A user as the row of {@code auth.users} says, with identities and factors.
 *
 * @param row the columns under their names, and {@code identities} and {@code factors} as arrays of such rows
 */
public record User(ObjectNode row) {

    public UUID id() {
        return UUID.fromString(row.path("id").stringValue());
    }

    public String audience() {
        return text("aud").orElse("");
    }

    public String role() {
        return text("role").orElse("");
    }

    public Optional<String> email() {
        return text("email");
    }

    public Optional<String> phone() {
        return text("phone");
    }

    public Optional<String> newEmail() {
        return text("email_change");
    }

    public Optional<String> newPhone() {
        return text("phone_change");
    }

    public Optional<String> passwordHash() {
        return text("encrypted_password");
    }

    public boolean emailConfirmed() {
        return row.hasNonNull("email_confirmed_at");
    }

    public boolean phoneConfirmed() {
        return row.hasNonNull("phone_confirmed_at");
    }

    public boolean invited() {
        return row.hasNonNull("invited_at");
    }

    public boolean anonymous() {
        return row.path("is_anonymous").asBoolean(false);
    }

    /** Signs in by an organisation's identity provider. */
    public boolean sso() {
        return row.path("is_sso_user").asBoolean(false);
    }

    /** The id of that provider. */
    public Optional<String> ssoProvider() {
        return identities().stream()
                .map(identity -> identity.path("provider").asString(""))
                .filter(provider -> provider.startsWith(Identities.SSO))
                .map(provider -> provider.substring(Identities.SSO.length()))
                .findFirst();
    }

    public boolean bannedAt(Instant now) {
        return time("banned_until").filter(now::isBefore).isPresent();
    }

    /** Of a column with a time. */
    public Optional<Instant> time(String column) {
        return text(column).map(value -> OffsetDateTime.parse(value).toInstant());
    }

    /** Empty also for the empty text, which stands for nothing in this table. */
    public Optional<String> text(String column) {
        return row.path(column).stringValueOpt().filter(value -> !value.isEmpty());
    }

    public ObjectNode appMetadata() {
        return object("raw_app_meta_data");
    }

    public ObjectNode userMetadata() {
        return object("raw_user_meta_data");
    }

    public List<ObjectNode> identities() {
        return rows("identities");
    }

    public Optional<ObjectNode> identity(String provider) {
        return identities().stream()
                .filter(identity -> identity.path("provider").asString("").equals(provider))
                .findFirst();
    }

    public List<ObjectNode> factors() {
        return rows("factors");
    }

    public boolean hasVerifiedFactor() {
        return factors().stream()
                .anyMatch(factor -> factor.path("status").asString("").equals("verified"));
    }

    private ObjectNode object(String column) {
        return row.path(column) instanceof ObjectNode object ? object : StrictJson.newObject();
    }

    private List<ObjectNode> rows(String name) {
        return row.path(name) instanceof ArrayNode array
                ? array.valueStream().map(User::asObject).toList()
                : List.of();
    }

    private static ObjectNode asObject(JsonNode node) {
        return (ObjectNode) node;
    }

    /** Never prints what is stored about a person. */
    @Override
    public String toString() {
        return "User[" + id() + "]";
    }
}
