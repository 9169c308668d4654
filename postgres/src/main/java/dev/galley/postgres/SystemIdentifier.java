package dev.galley.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.zip.CRC32C;

/**
 * Gives a data directory that was copied from the template an identity of its own, as initdb would have: the system
 * identifier, by which replicas and backups tell that WAL belongs to them, and the secret from which the server derives the
 * salt it shows to logins of roles that do not exist.
 *
 * <p>The identifier is at the head of {@code pg_control}, which ends with a CRC-32C of what is before it, and in the long
 * header at the start of each WAL segment, which has no checksum. Where the CRC stands differs between versions, so it is
 * found by its value: a file that is not understood is refused, never guessed at.
 */
final class SystemIdentifier {
    /** In the WAL's XLogLongPageHeaderData: after the short header of 20 bytes, padded to 24. */
    private static final int IN_WAL_HEADER = 24;

    private static final int SHORTEST_CONTROL = 200;
    private static final int LONGEST_CONTROL = 512;

    /** The random bytes end where the CRC begins, but for the padding of one to three bytes; version 18 has three. */
    private static final int NONCE = 32;

    private static final int PADDING = 3;

    private SystemIdentifier() {}

    static void renew(Path data) throws IOException {
        SecureRandom random = new SecureRandom();
        // As in initdb the upper half is the time in seconds; the lower is random, where initdb takes microseconds and
        // a pid.
        long identifier = ((System.currentTimeMillis() / 1000) << 32) | (random.nextInt() & 0xffff_ffffL);
        Path control = data.resolve("global/pg_control");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(control)).order(ByteOrder.nativeOrder());
        long old = bytes.getLong(0);
        int crc = positionOfCrc(bytes);
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        bytes.putLong(0, identifier);
        bytes.put(crc - PADDING - NONCE, nonce);
        bytes.putInt(crc, crc(bytes, crc));
        Files.write(control, bytes.array());
        try (var segments = Files.newDirectoryStream(data.resolve("pg_wal"), "[0-9A-F]*")) {
            for (Path segment : segments) {
                renewSegment(segment, old, identifier);
            }
        }
    }

    private static void renewSegment(Path segment, long old, long identifier) throws IOException {
        try (FileChannel wal = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer found = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
            wal.read(found, IN_WAL_HEADER);
            if (found.getLong(0) != old) {
                throw new IOException("unexpected header in " + segment);
            }
            wal.write(found.putLong(0, identifier).rewind(), IN_WAL_HEADER);
        }
    }

    static long read(Path data) throws IOException {
        byte[] control = Files.readAllBytes(data.resolve("global/pg_control"));
        return ByteBuffer.wrap(control).order(ByteOrder.nativeOrder()).getLong(0);
    }

    private static int positionOfCrc(ByteBuffer control) throws IOException {
        for (int at = SHORTEST_CONTROL; at < LONGEST_CONTROL; at += Integer.BYTES) {
            if (control.getInt(at) == crc(control, at)) {
                return at;
            }
        }
        throw new IOException("pg_control is not understood");
    }

    private static int crc(ByteBuffer control, int length) {
        CRC32C crc = new CRC32C();
        crc.update(control.duplicate().position(0).limit(length));
        return (int) crc.getValue();
    }
}
