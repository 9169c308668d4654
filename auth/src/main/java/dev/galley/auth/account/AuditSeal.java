package dev.galley.auth.account;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keyed digests of the audit log (HMAC-SHA-256). Who can write to the database but does not know the key can make none: not the
 * seal of an entry, not the link of an entry to the one before it, not the two ends of the chain.
 */
public final class AuditSeal {
    private static final int KEY_ID_BYTES = 8;
    private static final int MICROS = 6;

    private final SecretKeySpec key;

    /**
     * An entry as it is stored.
     *
     * @param payload the very text
     * @param createdAt as {@link #time} writes it
     */
    public record Entry(String instance, String id, String payload, String createdAt, String address) {}

    public AuditSeal(byte[] key) {
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /** Tells which key it is, and nothing about it. */
    public String keyId() {
        return HexFormat.of().formatHex(digest("key", new byte[0]), 0, KEY_ID_BYTES);
    }

    /** Seconds with six digits, as PostgreSQL writes {@code extract(epoch from created_at)}. */
    public static String time(Instant time) {
        return BigDecimal.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, time), MICROS)
                .toPlainString();
    }

    /** Of one entry. */
    public byte[] of(Entry entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            // Lengths first: else text could move from one field into the next unseen.
            for (String field :
                    new String[] {entry.instance(), entry.id(), entry.payload(), entry.createdAt(), entry.address()}) {
                byte[] text = field.getBytes(StandardCharsets.UTF_8);
                out.writeInt(text.length);
                out.write(text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return digest("entry", bytes.toByteArray());
    }

    /** Of an entry and all before it. */
    public byte[] link(byte[] before, long position, byte[] seal) {
        return digest(
                "link",
                ByteBuffer.allocate(before.length + Long.BYTES + seal.length)
                        .put(before)
                        .putLong(position)
                        .put(seal)
                        .array());
    }

    /** Of where a chain starts and ends. */
    public byte[] ends(long start, byte[] startDigest, long head, byte[] headDigest) {
        return digest(
                "ends",
                ByteBuffer.allocate(2 * Long.BYTES + startDigest.length + headDigest.length)
                        .putLong(start)
                        .putLong(head)
                        .put(startDigest)
                        .put(headDigest)
                        .array());
    }

    private byte[] digest(String purpose, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            return mac.doFinal(bytes);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
