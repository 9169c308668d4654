package dev.galley.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One step in the life of the platform's own tables. A module counts its steps from 1 and never changes one that was
 * released: it adds another.
 *
 * @param module whose step it is; modules migrate independently
 * @param name for people
 * @param sql one or more statements that can run in a transaction
 */
public record Migration(String module, int version, String name, String sql) {
    public Migration {
        if (version < 1) {
            throw new IllegalArgumentException("versions count from 1: " + module + " " + version);
        }
    }

    /** Reads the SQL from a resource beside {@code anchor}, such as {@code "migrations/0001_users.sql"}. */
    public static Migration resource(Class<?> anchor, String module, int version, String name, String resource) {
        try (InputStream in = anchor.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + resource + " beside " + anchor.getName());
            }
            return new Migration(module, version, name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Independent of how a checkout writes the ends of lines. */
    String checksum() {
        try {
            byte[] text = sql.replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return module + " " + version + " (" + name + ")";
    }
}
