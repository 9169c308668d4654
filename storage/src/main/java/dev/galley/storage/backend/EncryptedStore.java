package dev.galley.storage.backend;

import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Encrypts what another store keeps: every object with a key of its own, in segments (AES-256-GCM with HKDF, as Tink's streaming AEAD does), so that
 * a part can be read alone. The key stands in front, wrapped by a master key:
 *
 * <pre>magic, 8 | name of the master key, 8 | wrapped key, 60 | segments</pre>
 *
 * The version is bound in, so that the bytes of one object are never taken for those of another. What was stored before encryption was
 * turned on is read as it is, unless that is forbidden.
 */
public final class EncryptedStore implements ObjectStore {
    private static final byte[] MAGIC = "GLYENC01".getBytes(StandardCharsets.US_ASCII);
    private static final int WRAPPED = MasterKeys.ID + MasterKeys.WRAPPED;
    private static final int HEADER = 8 + WRAPPED;
    private static final int SEGMENT = 64 * 1024;
    private static final int KEY_BYTES = 32;
    private static final int SALT_AND_NONCE_PREFIX = 1 + KEY_BYTES + 7;
    private static final int TAG = 16;

    private final ObjectStore inner;
    private final MasterKeys keys;
    private final boolean plainAllowed;

    /**
     * @param masterKeys 32 bytes each, in base64; the first is for new objects
     * @param plainAllowed whether objects that are not encrypted may be read
     */
    public EncryptedStore(ObjectStore inner, List<String> masterKeys, boolean plainAllowed) {
        this.inner = inner;
        this.keys = new MasterKeys(masterKeys);
        this.plainAllowed = plainAllowed;
    }

    @Override
    public void write(String version, InputStream bytes) throws IOException {
        byte[] context = context(version);
        try {
            byte[] key = keys.newKey();
            byte[] head = Arrays.copyOf(MAGIC, HEADER);
            System.arraycopy(keys.wrap(key, context), 0, head, MAGIC.length, WRAPPED);
            inner.write(
                    version,
                    new SequenceInputStream(
                            new ByteArrayInputStream(head), new EncryptingStream(cipher(key), bytes, context)));
        } catch (GeneralSecurityException e) {
            throw new IOException("an object cannot be encrypted", e);
        }
    }

    private static StreamingAead cipher(byte[] key) throws GeneralSecurityException {
        return new AesGcmHkdfStreaming(key, "HmacSha256", KEY_BYTES, SEGMENT, 0);
    }

    private static byte[] context(String version) {
        return version.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public InputStream read(String version, long from, long length) throws IOException {
        byte[] head = head(version);
        if (head.length == 0) {
            return inner.read(version, from, length);
        }
        try {
            byte[] key = keys.unwrap(Arrays.copyOfRange(head, MAGIC.length, HEADER), context(version));
            SeekableByteChannel sealed = new StoredChannel(inner, version, HEADER, inner.length(version) - HEADER);
            SeekableByteChannel plain = cipher(key).newSeekableDecryptingChannel(sealed, context(version));
            return new LimitedStream(Channels.newInputStream(plain.position(from)), length, version);
        } catch (GeneralSecurityException e) {
            throw new DamagedObject(version, String.valueOf(e.getMessage()));
        }
    }

    /** Empty when the object is not encrypted. */
    private byte[] head(String version) throws IOException {
        long length = inner.length(version);
        if (length >= HEADER) {
            try (InputStream start = inner.read(version, 0, HEADER)) {
                byte[] head = start.readNBytes(HEADER);
                if (Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                    return head;
                }
            }
        }
        if (!plainAllowed) {
            throw new DamagedObject(version, "it is not encrypted");
        }
        return new byte[0];
    }

    @Override
    public long length(String version) throws IOException {
        long length = inner.length(version);
        return head(version).length == 0 ? length : plainLength(length - HEADER);
    }

    private static long plainLength(long sealed) {
        long segments = (sealed + SEGMENT - 1) / SEGMENT;
        return sealed - SALT_AND_NONCE_PREFIX - segments * TAG;
    }

    /** Not as a second name: the version is in it. */
    @Override
    public void copy(String version, String to, long length) throws IOException {
        try (InputStream all = read(version, 0, length(version))) {
            write(to, all);
        }
    }

    /** Brings an object under the newest key, or encrypts it; false when it is so already. */
    boolean rewrite(String version) throws IOException {
        byte[] head = head(version);
        if (head.length > 0 && keys.newest(Arrays.copyOfRange(head, MAGIC.length, HEADER))) {
            return false;
        }
        copy(version, version, 0);
        return true;
    }

    /** Does so with all objects and returns how many it was; one that is deleted meanwhile is passed over. */
    public long rewriteAll() throws IOException {
        List<String> versions = new ArrayList<>();
        inner.forEach(stored -> versions.add(stored.version()));
        long rewritten = 0;
        for (String version : versions) {
            try {
                rewritten += rewrite(version) ? 1 : 0;
            } catch (MissingObject deleted) {
                // Nothing is left to be encrypted.
            }
        }
        return rewritten;
    }

    @Override
    public void delete(String version) throws IOException {
        inner.delete(version);
    }

    @Override
    public void forEach(Consumer<Stored> each) throws IOException {
        inner.forEach(each);
    }

    @Override
    public boolean verify(String version) throws IOException {
        if (!inner.verify(version)) {
            return false;
        }
        try (InputStream all = read(version, 0, length(version))) {
            all.transferTo(java.io.OutputStream.nullOutputStream());
            return true;
        } catch (MissingObject gone) {
            throw gone;
        } catch (IOException damaged) {
            return false;
        }
    }

    @Override
    public void close() {
        inner.close();
    }
}
