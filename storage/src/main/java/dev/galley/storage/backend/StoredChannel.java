package dev.galley.storage.backend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.jspecify.annotations.Nullable;

/** What a store has under a version, from an offset on, as a channel: a stream is opened where somebody reads and kept while they read on. */
final class StoredChannel implements SeekableByteChannel {
    private static final int STEP = 64 * 1024;

    private final ObjectStore store;
    private final String version;
    private final long offset;
    private final long size;
    private final byte[] step = new byte[STEP];
    private long position;
    private @Nullable InputStream stream;
    private long streamAt = -1;
    private boolean closed;

    StoredChannel(ObjectStore store, String version, long offset, long size) {
        this.store = store;
        this.version = version;
        this.offset = offset;
        this.size = size;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (position >= size) {
            return -1;
        }
        InputStream from = stream;
        if (from == null || streamAt != position) {
            if (from != null) {
                from.close();
            }
            stream = from = store.read(version, offset + position, size - position);
            streamAt = position;
        }
        int count = from.read(step, 0, Math.min(step.length, into.remaining()));
        if (count < 0) {
            throw new DamagedObject(version, "it ends early");
        }
        into.put(step, 0, count);
        position += count;
        streamAt = position;
        return count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long to) {
        position = to;
        return this;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        InputStream open = stream;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long to) {
        throw new NonWritableChannelException();
    }
}
