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
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An authenticator with one key, and the browser before it. Tests bend what it says. */
final class SoftAuthenticator {
    /** What it signs with, as COSE numbers it (RFC 9053, RFC 8812). */
    enum Algorithm {
        ES256(-7, "SHA256withECDSA"),
        ES384(-35, "SHA384withECDSA"),
        RS256(-257, "SHA256withRSA"),
        ED25519(-8, "Ed25519");

        private final int number;
        private final String signature;

        Algorithm(int number, String signature) {
            this.number = number;
            this.signature = signature;
        }

        private KeyPair keys() throws GeneralSecurityException {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(
                    switch (this) {
                        case ES256, ES384 -> "EC";
                        case RS256 -> "RSA";
                        case ED25519 -> "Ed25519";
                    });
            switch (this) {
                case ES256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
                case ES384 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
                case RS256 -> generator.initialize(2048);
                case ED25519 -> {}
            }
            return generator.generateKeyPair();
        }
    }

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

    private final Algorithm algorithm;

    SoftAuthenticator() {
        this(Algorithm.ES256);
    }

    SoftAuthenticator(Algorithm algorithm) {
        this.algorithm = algorithm;
        new SecureRandom().nextBytes(id);
        try {
            keys = algorithm.keys();
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
        object.writeBytes(new byte[] {0x59, (byte) (data.length >> 8), (byte) data.length});
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
        byte[] key = coseKey();
        return ByteBuffer.allocate(16 + 2 + id.length + key.length)
                .position(16)
                .putShort((short) id.length)
                .put(id)
                .put(key)
                .array();
    }

    private byte[] coseKey() {
        ByteArrayOutputStream cose = new ByteArrayOutputStream();
        switch (keys.getPublic()) {
            case ECPublicKey key -> {
                int size = algorithm == Algorithm.ES256 ? 32 : 48;
                head(cose, 5, 2);
                entry(cose, -1, algorithm == Algorithm.ES256 ? 1 : 2);
                entry(cose, -2, fixed(key.getW().getAffineX(), size));
                entry(cose, -3, fixed(key.getW().getAffineY(), size));
            }
            case RSAPublicKey key -> {
                head(cose, 4, 3);
                entry(cose, -1, fixed(key.getModulus(), 256));
                entry(cose, -2, fixed(key.getPublicExponent(), 3));
            }
            default -> {
                byte[] encoded = keys.getPublic().getEncoded();
                head(cose, 4, 1);
                entry(cose, -1, 6);
                entry(cose, -2, Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
            }
        }
        return cose.toByteArray();
    }

    /** A map of so many entries, with kind of key and algorithm. */
    private void head(ByteArrayOutputStream cose, int entries, int kind) {
        cose.write(0xa0 | entries);
        entry(cose, 1, kind);
        entry(cose, 3, algorithm.number);
    }

    private static void entry(ByteArrayOutputStream cose, int label, int value) {
        number(cose, label);
        number(cose, value);
    }

    private static void entry(ByteArrayOutputStream cose, int label, byte[] value) {
        number(cose, label);
        if (value.length < 24) {
            cose.write(0x40 | value.length);
        } else if (value.length < 256) {
            cose.writeBytes(new byte[] {0x58, (byte) value.length});
        } else {
            cose.writeBytes(new byte[] {0x59, (byte) (value.length >> 8), (byte) value.length});
        }
        cose.writeBytes(value);
    }

    /** An integer of CBOR. */
    private static void number(ByteArrayOutputStream cose, int number) {
        int kind = number < 0 ? 0x20 : 0;
        int size = number < 0 ? -1 - number : number;
        if (size < 24) {
            cose.write(kind | size);
        } else if (size < 256) {
            cose.writeBytes(new byte[] {(byte) (kind | 24), (byte) size});
        } else {
            cose.writeBytes(new byte[] {(byte) (kind | 25), (byte) (size >> 8), (byte) size});
        }
    }

    private byte[] signature(byte[] data, byte[] clientData) {
        try {
            Signature signature = Signature.getInstance(algorithm.signature);
            signature.initSign(keys.getPrivate());
            signature.update(data);
            signature.update(sha256(clientData));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] fixed(BigInteger number, int size) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[size];
        int length = Math.min(size, bytes.length);
        System.arraycopy(bytes, bytes.length - length, fixed, size - length, length);
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
