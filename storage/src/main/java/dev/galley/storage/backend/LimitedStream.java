package dev.galley.storage.backend;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** So many bytes of a stream, which must have them. */
final class LimitedStream extends FilterInputStream {
    private final String version;
    private long left;

    LimitedStream(InputStream in, long length, String version) {
        super(in);
        this.left = length;
        this.version = version;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = in.read(into, at, (int) Math.min(length, left));
        if (count < 0) {
            throw new DamagedObject(version, "it ends early");
        }
        left -= count;
        return count;
    }
}
