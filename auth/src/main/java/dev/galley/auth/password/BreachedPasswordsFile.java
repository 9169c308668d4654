package dev.galley.auth.password;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Locale;

/** Makes the file of {@link BreachedPasswords} from a list of SHA-1 digests, one in a line, as hexadecimal digits; {@code :count} may follow. */
public final class BreachedPasswordsFile {
    private static final int PROBES = 10;

    /** With ten probes one in a thousand strangers is taken for a breached one. */
    private static final double BITS_PER_PASSWORD = 14.4;

    private static final int DIGITS = 40;

    /** The bits are in memory while the file is made: 2 GB, for over a billion passwords. */
    private static final long MAX_BITS = (Integer.MAX_VALUE - 64L) * 8;

    private BreachedPasswordsFile() {}

    /**
     * The file appears whole or not at all.
     *
     * @return how many passwords are in it
     * @throws IOException also when a line is something else
     */
    public static long make(Path digests, Path file) throws IOException {
        long passwords = count(digests);
        long size = Math.max(64, (long) Math.ceil(passwords * BITS_PER_PASSWORD));
        if (size > MAX_BITS) {
            throw new IOException("too many digests: " + passwords);
        }
        byte[] bits = new byte[(int) ((size + 7) / 8)];
        try (BufferedReader lines = Files.newBufferedReader(digests)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    put(bits, size, digest(line));
                }
            }
        }
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        try (FileChannel out = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer header = ByteBuffer.allocate(BreachedPasswords.HEADER)
                    .put(BreachedPasswords.MAGIC)
                    .putInt(PROBES)
                    .putLong(size)
                    .flip();
            write(out, header);
            write(out, ByteBuffer.wrap(bits));
            out.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return passwords;
    }

    private static long count(Path digests) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(digests)) {
            return lines.lines().filter(line -> !line.isBlank()).count();
        }
    }

    private static byte[] digest(String line) throws IOException {
        String digits = line.strip();
        boolean good = digits.length() == DIGITS || (digits.length() > DIGITS && digits.charAt(DIGITS) == ':');
        try {
            if (good) {
                return HexFormat.of().parseHex(digits.substring(0, DIGITS).toLowerCase(Locale.ROOT));
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new IOException("a line is no SHA-1 digest in hexadecimal digits");
    }

    private static void put(byte[] bits, long size, byte[] digest) {
        for (int i = 0; i < PROBES; i++) {
            long bit = BreachedPasswords.bit(digest, i, size);
            bits[(int) (bit >>> 3)] |= (byte) (1 << (bit & 7));
        }
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
