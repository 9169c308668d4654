package dev.galley.storage.backend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file with {@link Checksums}: every block is verified before a byte of it is given out. */
final class VerifiedFile extends InputStream {
    private final FileChannel file;
    private final String version;
    private final int[] checksums;
    private final long contentLength;
    private final long end;
    private final byte[] block;
    private long position;
    private int next;
    private int limit;

    private VerifiedFile(
            FileChannel file, String version, int[] checksums, long contentLength, long from, long length) {
        this.file = file;
        this.version = version;
        this.checksums = checksums;
        this.contentLength = contentLength;
        this.position = from;
        this.end = from + length;
        this.block = new byte[(int) Math.min(Checksums.BLOCK, contentLength)];
    }

    /** Takes over the file, unless it throws. */
    static VerifiedFile open(FileChannel file, String version, long from, long length) throws IOException {
        long content = contentLength(file);
        if (content < 0 || from < 0 || length < 0 || from + length > content) {
            throw new DamagedObject(version, "its length is not what was written");
        }
        byte[] trailer = new byte[Math.toIntExact(Checksums.trailerLength(content))];
        readFully(file, ByteBuffer.wrap(trailer), content, version);
        int[] checksums = Checksums.parse(trailer);
        if (checksums.length != Checksums.blocks(content)) {
            throw new DamagedObject(version, "its checksums");
        }
        return new VerifiedFile(file, version, checksums, content, from, length);
    }

    /** -1 when the file has no footer that fits its size. */
    static long contentLength(FileChannel file) throws IOException {
        long size = file.size();
        if (size < Checksums.FOOTER) {
            return -1;
        }
        ByteBuffer footer = ByteBuffer.allocate(Checksums.FOOTER);
        while (footer.hasRemaining()) {
            if (file.read(footer, size - footer.remaining()) < 0) {
                return -1;
            }
        }
        return Checksums.contentLength(footer, size);
    }

    private static void readFully(FileChannel file, ByteBuffer into, long at, String version) throws IOException {
        long next = at;
        while (into.hasRemaining()) {
            int count = file.read(into, next);
            if (count < 0) {
                throw new DamagedObject(version, "it ends early");
            }
            next += count;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position >= end) {
            return -1;
        }
        if (next == limit) {
            int whole = blockLength();
            if (position % Checksums.BLOCK == 0 && whole <= Math.min(length, end - position)) {
                // The whole block is wanted: it need not stand here in between.
                load(into, at, whole);
                position += whole;
                return whole;
            }
            limit = whole;
            load(block, 0, whole);
            next = (int) (position % Checksums.BLOCK);
        }
        int count = (int) Math.min(Math.min(length, limit - next), end - position);
        System.arraycopy(block, next, into, at, count);
        next += count;
        position += count;
        return count;
    }

    /** Of the block in which the position is. */
    private int blockLength() {
        return (int) Math.min(Checksums.BLOCK, contentLength - position / Checksums.BLOCK * Checksums.BLOCK);
    }

    private void load(byte[] into, int at, int length) throws IOException {
        int number = (int) (position / Checksums.BLOCK);
        readFully(file, ByteBuffer.wrap(into, at, length), (long) number * Checksums.BLOCK, version);
        if (Checksums.crc(into, at, length) != checksums[number]) {
            throw new DamagedObject(version, "block " + number);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
