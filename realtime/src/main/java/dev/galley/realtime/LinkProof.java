package dev.galley.realtime;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How two nodes prove to each other that they know the key of their database, without saying it: each answers the other's random
 * challenge with an HMAC over both challenges and both names. The two directions differ, so that no answer can be played back.
 *
 * <pre>
 * listener -> dialer   listener's id | listener's challenge
 * dialer -> listener   dialer's id | dialer's challenge | HMAC("dialer", ...)
 * listener -> dialer   HMAC("listener", ...)
 * </pre>
 */
final class LinkProof {
    static final int ID_BYTES = 16;
    static final int CHALLENGE_BYTES = 32;
    static final int PROOF_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] key;
    private final SecureRandom random;

    LinkProof(byte[] key, SecureRandom random) {
        this.key = key.clone();
        this.random = random;
    }

    byte[] challenge() {
        byte[] bytes = new byte[CHALLENGE_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    /** What both sides know after the first two messages. */
    @SuppressWarnings("ArrayRecordComponent") // never compared and never changed
    record Talk(UUID listener, byte[] listenersChallenge, UUID dialer, byte[] dialersChallenge) {}

    byte[] ofDialer(Talk talk) {
        return proof("dialer", talk);
    }

    byte[] ofListener(Talk talk) {
        return proof("listener", talk);
    }

    static boolean equal(byte[] one, byte[] other) {
        return MessageDigest.isEqual(one, other);
    }

    private byte[] proof(String who, Talk talk) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(who.getBytes(StandardCharsets.US_ASCII));
            mac.update(bytes(talk.listener()));
            mac.update(talk.listenersChallenge());
            mac.update(bytes(talk.dialer()));
            mac.update(talk.dialersChallenge());
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(ID_BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    static UUID id(ByteBuffer bytes) {
        return new UUID(bytes.getLong(), bytes.getLong());
    }
}
