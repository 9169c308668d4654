package dev.galley.rest;

import dev.galley.query.ResultTooLarge;
import java.io.ByteArrayOutputStream;

/** Collects bytes up to a limit. */
final class BoundedBytes extends ByteArrayOutputStream {
    private final int most;

    BoundedBytes(int most) {
        this.most = most;
    }

    @Override
    public synchronized void write(int b) {
        require(1);
        super.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        require(length);
        super.write(bytes, offset, length);
    }

    private void require(int more) {
        if (more > most - count) throw new ResultTooLarge(most);
    }
}
