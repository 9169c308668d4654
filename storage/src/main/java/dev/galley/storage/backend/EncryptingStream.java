package dev.galley.storage.backend;

import com.google.crypto.tink.StreamingAead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;

/** Reads a stream as its ciphertext: Tink pushes, a store pulls, and between them stands one segment. */
final class EncryptingStream extends InputStream {
    private static final int STEP = 64 * 1024;

    private final InputStream plain;
    private final Segment sealed = new Segment();
    private final OutputStream into;
    private final byte[] step = new byte[STEP];
    private int next;
    private boolean ended;

    EncryptingStream(StreamingAead cipher, InputStream plain, byte[] context)
            throws GeneralSecurityException, IOException {
        this.plain = plain;
        this.into = cipher.newEncryptingStream(sealed, context);
    }

    private static final class Segment extends ByteArrayOutputStream {
        Segment() {
            super(2 * STEP);
        }

        int give(int from, byte[] to, int at, int length) {
            int given = Math.min(length, count - from);
            System.arraycopy(buf, from, to, at, given);
            return given;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
        while (next == sealed.size()) {
            if (ended) {
                return -1;
            }
            sealed.reset();
            next = 0;
            int count = plain.read(step);
            if (count < 0) {
                ended = true;
                into.close();
            } else {
                into.write(step, 0, count);
            }
        }
        int given = sealed.give(next, to, at, length);
        next += given;
        return given;
    }
}
