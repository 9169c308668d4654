package dev.galley.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.galley.identity.StrictJson;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An authenticator with one ES256 key, and the browser before it. Tests bend what it says. */
final class SoftAuthenticator {
    private static final int USER_PRESENT = 0x01;
    private static final int USER_VERIFIED = 0x04;
    private static final int CREDENTIAL_INCLUDED = 0x40;

    final byte[] id = new byte[32];
    final KeyPair keys;
    String origin = "http://localhost:3000";
    String party = "localhost";
    boolean verifiesUser = true;
    long count;
    String userHandle = "";

    SoftAuthenticator() {
        new SecureRandom().nextBytes(id);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Answers {@code PublicKeyCredentialCreationOptionsJSON}. */
    ObjectNode create(JsonNode options) {
        userHandle = new String(bytes(options.path("user").path("id").asString()), UTF_8);
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        byte[] data = data(USER_PRESENT | CREDENTIAL_INCLUDED, credential());
        object.writeBytes(new byte[] {(byte) 0xa3, 0x63});
        object.writeBytes("fmt".getBytes(UTF_8));
        object.write(0x64);
        object.writeBytes("none".getBytes(UTF_8));
        object.write(0x67);
        object.writeBytes("attStmt".getBytes(UTF_8));
        object.writeBytes(new byte[] {(byte) 0xa0, 0x68});
        object.writeBytes("authData".getBytes(UTF_8));
        object.writeBytes(new byte[] {0x58, (byte) data.length});
        object.writeBytes(data);
        ObjectNode json = answer();
        ((ObjectNode) json.path("response"))
                .put("clientDataJSON", text(clientData("webauthn.create", options)))
                .put("attestationObject", text(object.toByteArray()));
        return json;
    }

    /** Answers {@code PublicKeyCredentialRequestOptionsJSON}. */
    ObjectNode sign(JsonNode options) {
        byte[] data = data(USER_PRESENT, new byte[0]);
        byte[] clientData = clientData("webauthn.get", options);
        ObjectNode json = answer();
        ObjectNode response = (ObjectNode) json.path("response");
        response.put("clientDataJSON", text(clientData))
                .put("authenticatorData", text(data))
                .put("signature", text(signature(data, clientData)));
        if (!userHandle.isEmpty()) {
            response.put("userHandle", text(userHandle.getBytes(UTF_8)));
        }
        return json;
    }

    private ObjectNode answer() {
        ObjectNode json = StrictJson.newObject()
                .put("id", text(id))
                .put("rawId", text(id))
                .put("type", "public-key");
        json.putObject("response");
        json.putObject("clientExtensionResults");
        return json;
    }

    private byte[] clientData(String type, JsonNode options) {
        return StrictJson.write(StrictJson.newObject()
                        .put("type", type)
                        .put("challenge", options.path("challenge").asString())
                        .put("origin", origin)
                        .put("crossOrigin", false))
                .getBytes(UTF_8);
    }

    private byte[] data(int flags, byte[] credential) {
        return ByteBuffer.allocate(37 + credential.length)
                .put(sha256(party.getBytes(UTF_8)))
                .put((byte) (verifiesUser ? flags | USER_VERIFIED : flags))
                .putInt((int) count)
                .put(credential)
                .array();
    }

    /** No model, the id, and the key as a COSE key. */
    private byte[] credential() {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        return ByteBuffer.allocate(16 + 2 + id.length + 77)
                .position(16)
                .putShort((short) id.length)
                .put(id)
                .put(new byte[] {(byte) 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20})
                .put(coordinate(key.getW().getAffineX()))
                .put(new byte[] {0x22, 0x58, 0x20})
                .put(coordinate(key.getW().getAffineY()))
                .array();
    }

    private byte[] signature(byte[] data, byte[] clientData) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(data);
            signature.update(sha256(clientData));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return fixed;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] bytes(String text) {
        return Base64.getUrlDecoder().decode(text);
    }

    static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
