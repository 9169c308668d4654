package dev.galley.auth.webauthn;

import dev.galley.auth.account.PublicKeyCredential;
import dev.galley.auth.account.User;
import dev.galley.identity.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a browser is told to ask an authenticator for, in the JSON of WebAuthn. */
public final class Options {
    private static final String TYPE = "public-key";
    private final RelyingParty party;

    /**
     * How the authenticator is used.
     *
     * @param discoverable whether it must find the credential by itself, without a user name
     * @param verified whether it must make sure of its user
     */
    public record Use(boolean discoverable, boolean verified) {
        /** The only thing that a user shows. */
        public static final Use PASSKEY = new Use(true, true);
        /** Something that a user has besides a password; older keys have no PIN. */
        public static final Use FACTOR = new Use(false, false);

        private String verification() {
            return verified ? "required" : "preferred";
        }
    }

    Options(RelyingParty party) {
        this.party = party;
    }

    /**
     * To make a credential.
     *
     * @param known credentials that the user has: an authenticator with one of these makes no other
     */
    public ObjectNode creation(User user, String challenge, List<PublicKeyCredential> known, Use use, Duration time) {
        ObjectNode json = StrictJson.newObject();
        json.putObject("rp").put("name", party.name()).put("id", party.id());
        String name = user.email().or(user::phone).orElse("");
        String shown = user.userMetadata().path("name").asString("");
        json.putObject("user")
                .put("id", encoded(user.id().toString().getBytes(StandardCharsets.UTF_8)))
                .put("name", name)
                .put("displayName", shown.isEmpty() ? name : shown);
        json.put("challenge", challenge);
        ArrayNode algorithms = json.putArray("pubKeyCredParams");
        Ceremonies.ALGORITHMS.forEach(
                algorithm -> algorithms.addObject().put("type", TYPE).put("alg", algorithm));
        json.put("timeout", time.toMillis());
        describe(json.putArray("excludeCredentials"), known);
        json.putObject("authenticatorSelection")
                .put("requireResidentKey", use.discoverable())
                .put("residentKey", use.discoverable() ? "required" : "discouraged")
                .put("userVerification", use.verification());
        return json.put("attestation", "none");
    }

    /**
     * To sign with a credential.
     *
     * @param allowed the credentials that will do; none for whichever the authenticator finds
     */
    public ObjectNode request(String challenge, List<PublicKeyCredential> allowed, Use use, Duration time) {
        ObjectNode json = StrictJson.newObject()
                .put("challenge", challenge)
                .put("timeout", time.toMillis())
                .put("rpId", party.id());
        if (!allowed.isEmpty()) {
            describe(json.putArray("allowCredentials"), allowed);
        }
        return json.put("userVerification", use.verification());
    }

    private static void describe(ArrayNode array, List<PublicKeyCredential> credentials) {
        for (PublicKeyCredential credential : credentials) {
            ObjectNode json = array.addObject().put("type", TYPE).put("id", encoded(credential.idBytes()));
            if (!credential.transports().isEmpty()) {
                ArrayNode transports = json.putArray("transports");
                credential.transports().forEach(transports::add);
            }
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
