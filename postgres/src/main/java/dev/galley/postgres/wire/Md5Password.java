package dev.galley.postgres.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** PostgreSQL's old password answer, for servers that still hold such hashes. */
final class Md5Password {
    private Md5Password() {}

    static String answer(String user, String password, byte[] salt) {
        byte[] stored = hex((password + user).getBytes(StandardCharsets.UTF_8), new byte[0]);
        return "md5" + new String(hex(stored, salt), StandardCharsets.US_ASCII);
    }

    private static byte[] hex(byte[] first, byte[] second) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(first);
            return HexFormat.of().formatHex(digest.digest(second)).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
