package dev.galley.auth.account;

import dev.galley.identity.StrictJson;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is kept of a WebAuthn credential: its public half.
 *
 * @param id in base64
 * @param publicKey a COSE key, in base64
 * @param aaguid the model of the authenticator, where it tells
 * @param signCount how often it has signed, as it said last; 0 where it does not count
 * @param transports how it can be reached, such as {@code usb}
 * @param backupEligible whether it may be copied to other devices of its owner
 */
public record PublicKeyCredential(
        String id,
        String publicKey,
        Optional<UUID> aaguid,
        long signCount,
        List<String> transports,
        boolean backupEligible,
        boolean backedUp) {

    public static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    public byte[] idBytes() {
        return Base64.getDecoder().decode(id);
    }

    public byte[] publicKeyBytes() {
        return Base64.getDecoder().decode(publicKey);
    }

    /** The same after another signature. */
    public PublicKeyCredential signed(long count, boolean copied) {
        return new PublicKeyCredential(id, publicKey, aaguid, count, transports, backupEligible, copied);
    }

    /** As it stands in the column of a factor. */
    public ObjectNode json() {
        ObjectNode json = StrictJson.newObject().put("id", id).put("publicKey", publicKey);
        ArrayNode array = json.putArray("transport");
        transports.forEach(array::add);
        json.putObject("flags").put("backupEligible", backupEligible).put("backupState", backedUp);
        ObjectNode authenticator = json.putObject("authenticator").put("signCount", signCount);
        aaguid.ifPresent(model -> authenticator.put(
                "AAGUID",
                base64(ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(model.getMostSignificantBits())
                        .putLong(model.getLeastSignificantBits())
                        .array())));
        return json;
    }

    /** Empty for JSON that is no credential. */
    public static Optional<PublicKeyCredential> of(JsonNode json) {
        String id = json.path("id").asString("");
        String key = json.path("publicKey").asString("");
        if (id.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        JsonNode flags = json.path("flags");
        return Optional.of(new PublicKeyCredential(
                id,
                key,
                aaguid(json.path("authenticator").path("AAGUID").asString("")),
                json.path("authenticator").path("signCount").asLong(0),
                json.path("transport")
                        .valueStream()
                        .map(transport -> transport.asString(""))
                        .toList(),
                flags.path("backupEligible").asBoolean(false),
                flags.path("backupState").asBoolean(false)));
    }

    private static Optional<UUID> aaguid(String base64) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
        return bytes.remaining() == 2 * Long.BYTES
                ? Optional.of(new UUID(bytes.getLong(), bytes.getLong()))
                : Optional.empty();
    }
}
