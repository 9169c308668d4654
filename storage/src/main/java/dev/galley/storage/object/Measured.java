package dev.galley.storage.object;

import dev.galley.storage.error.StorageError;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A stream that is measured while it is read, and ends with an error when it is longer than it may be. */
public final class Measured extends FilterInputStream {
    private final MessageDigest digest;
    private final long most;
    private long size;

    Measured(InputStream in, long most) {
        super(in);
        this.most = most;
        try {
            // What clients of the S3 protocol compare: a name for the content, no protection.
            digest = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        int count = in.read(into, at, length);
        if (count > 0) {
            size += count;
            if (size > most) {
                throw StorageError.entityTooLarge("object").thrown();
            }
            digest.update(into, at, count);
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    public long size() {
        return size;
    }

    /** The strong entity tag of what has been read; to be asked once, at the end. */
    public String etag() {
        return "\"" + HexFormat.of().formatHex(digest.digest()) + "\"";
    }
}
