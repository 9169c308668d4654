package dev.galley.storage.backend;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * One checksum for each block of {@link #BLOCK} bytes, so that a part of a file can be verified without reading all of it. Kept behind the
 * content, with a footer that says how long it is:
 *
 * <pre>content | CRC32C of each block, 4 bytes | magic, 8 | content length, 8 | CRC32C of all before it but the content, 4</pre>
 */
final class Checksums {
    static final int BLOCK = 64 * 1024;
    static final int FOOTER = 20;
    private static final int ENTRY = Integer.BYTES;
    private static final long MAGIC = 0x474C_594F_424A_3031L; // GLYOBJ01

    private final CRC32C current = new CRC32C();
    private int[] blocks = new int[16];
    private int full;
    private int inBlock;
    private long length;

    void update(byte[] bytes, int at, int count) {
        int next = at;
        int left = count;
        while (left > 0) {
            int part = Math.min(left, BLOCK - inBlock);
            current.update(bytes, next, part);
            inBlock += part;
            next += part;
            left -= part;
            if (inBlock == BLOCK) {
                finishBlock();
            }
        }
        length += count;
    }

    private void finishBlock() {
        if (full == blocks.length) {
            blocks = Arrays.copyOf(blocks, full * 2);
        }
        blocks[full++] = (int) current.getValue();
        current.reset();
        inBlock = 0;
    }

    /** What follows the content. */
    ByteBuffer trailer() {
        if (inBlock > 0) {
            finishBlock();
        }
        ByteBuffer trailer = ByteBuffer.allocate(full * ENTRY + FOOTER);
        for (int i = 0; i < full; i++) {
            trailer.putInt(blocks[i]);
        }
        trailer.putLong(MAGIC).putLong(length);
        trailer.putInt(crc(trailer.array(), 0, trailer.position()));
        return trailer.flip();
    }

    static int crc(byte[] bytes, int at, int count) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, count);
        return (int) crc.getValue();
    }

    /** How long the content of a file of this size is by its last bytes; -1 when they are no footer of such a file. */
    static long contentLength(ByteBuffer footer, long fileSize) {
        if (footer.getLong(0) != MAGIC) {
            return -1;
        }
        long content = footer.getLong(Long.BYTES);
        return content >= 0 && content + trailerLength(content) == fileSize ? content : -1;
    }

    /** Bytes of a trailer behind so much content. */
    static long trailerLength(long content) {
        return blocks(content) * ENTRY + FOOTER;
    }

    static long blocks(long content) {
        return (content + BLOCK - 1) / BLOCK;
    }

    /** The checksums in a whole trailer, or none when it is damaged. */
    static int[] parse(byte[] trailer) {
        int footer = trailer.length - FOOTER;
        ByteBuffer bytes = ByteBuffer.wrap(trailer);
        if (bytes.getInt(trailer.length - ENTRY) != crc(trailer, 0, trailer.length - ENTRY)) {
            return new int[0];
        }
        int[] blocks = new int[footer / ENTRY];
        bytes.asIntBuffer().get(blocks);
        return blocks;
    }
}
