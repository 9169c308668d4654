package dev.galley.auth.password;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Passwords that were found in breaches, as a Bloom filter in a file: asked without any network, and without reading more of it
 * than a few bytes. Never misses one that was put in; takes one in a thousand others for one.
 *
 * <p>The file: {@code GLYBLOOM}, the number of probes (4 bytes), the number of bits (8 bytes), both big-endian, then the bits. The
 * bits of a password follow from its SHA-1, so that a filter can be made from lists of such digests, as Have I Been Pwned gives
 * them away: probe i is bit (a + i * b) modulo the number of bits, a and b the first two longs of the digest, unsigned.
 */
public final class BreachedPasswords {
    static final byte[] MAGIC = "GLYBLOOM".getBytes(StandardCharsets.US_ASCII);
    static final int HEADER = MAGIC.length + Integer.BYTES + Long.BYTES;

    private final MemorySegment bits;
    private final int probes;
    private final long size;

    private BreachedPasswords(MemorySegment bits, int probes, long size) {
        this.bits = bits;
        this.probes = probes;
        this.size = size;
    }

    /** @throws IOException when it is no such file */
    public static BreachedPasswords open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            if (all.byteSize() < HEADER) {
                throw new IOException(file + " is no filter of passwords");
            }
            ByteBuffer header = all.asSlice(0, HEADER).asByteBuffer();
            byte[] magic = new byte[MAGIC.length];
            header.get(magic);
            int probes = header.getInt();
            long size = header.getLong();
            if (!MessageDigest.isEqual(magic, MAGIC)
                    || probes < 1
                    || probes > 64
                    || size < 8
                    || all.byteSize() - HEADER != (size + 7) / 8) {
                throw new IOException(file + " is no filter of passwords, or not all of one");
            }
            return new BreachedPasswords(all.asSlice(HEADER), probes, size);
        }
    }

    public boolean contains(String password) {
        byte[] digest = sha1(password);
        for (int i = 0; i < probes; i++) {
            long bit = bit(digest, i, size);
            if ((bits.get(ValueLayout.JAVA_BYTE, bit >>> 3) & (1 << (bit & 7))) == 0) {
                return false;
            }
        }
        return true;
    }

    static long bit(byte[] sha1, int probe, long size) {
        ByteBuffer digest = ByteBuffer.wrap(sha1);
        return Long.remainderUnsigned(digest.getLong() + probe * (digest.getLong() | 1), size);
    }

    private static byte[] sha1(String password) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** For settings: a file that cannot be read must stop the start and not let every password pass. */
    static BreachedPasswords required(Path file) {
        try {
            return open(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
