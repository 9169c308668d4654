package dev.galley.auth.password;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * A hash of Firebase, as its export gives it: the project's signer key, encrypted (AES in counter mode from zero) with what scrypt makes of
 * the password. Written {@code $fbscrypt$v=1,n=14,r=8,p=1,ss=<separator>,sk=<signer key>$<salt>$<hash>}.
 *
 * @param n binary logarithm of scrypt's cost
 */
record FirebaseScrypt(int n, int r, int p, String separator, String signerKey, String salt, String hash)
        implements StoredHash {
    private static final Pattern FORM = Pattern.compile(
            "\\$fbscrypt\\$v=1,n=(\\d{1,2}),r=(\\d{1,3}),p=(\\d{1,2})(?:,ss=([A-Za-z0-9+/=]{0,64}))?,sk=([A-Za-z0-9+/=]{4,256})"
                    + "\\$([A-Za-z0-9+/=]{4,256})\\$([A-Za-z0-9+/=]{4,256})");
    private static final int KEY_BYTES = 32;
    private static final int IV_BYTES = 16;

    /** An import could else make every sign-in take gigabytes, or minutes. */
    private static final long MAX_BYTES = 128L << 20;

    private static final int MAX_THREADS = 4;

    static Optional<StoredHash> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        int n = Integer.parseInt(form.group(1));
        int r = Integer.parseInt(form.group(2));
        int p = Integer.parseInt(form.group(3));
        boolean bearable = n >= 1
                && n <= 24
                && r >= 1
                && p >= 1
                && p <= MAX_THREADS
                && memory(n, r) <= MAX_BYTES
                && HashMemory.bearable(memory(n, r));
        String separator = Optional.ofNullable(form.group(4)).orElse("");
        boolean decodable =
                isBase64(separator) && isBase64(form.group(5)) && isBase64(form.group(6)) && isBase64(form.group(7));
        return bearable && decodable
                ? Optional.of(new FirebaseScrypt(n, r, p, separator, form.group(5), form.group(6), form.group(7)))
                : Optional.empty();
    }

    private static long memory(int n, int r) {
        return 128L * r * (1L << n);
    }

    private static boolean isBase64(String text) {
        try {
            var _ = bytes(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    @Override
    public boolean matches(String password) {
        byte[] salted = (new String(bytes(salt), StandardCharsets.ISO_8859_1)
                        + new String(bytes(separator), StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] key = HashMemory.using(
                memory(n, r),
                () -> SCrypt.generate(password.getBytes(StandardCharsets.UTF_8), salted, 1 << n, r, p, KEY_BYTES));
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[IV_BYTES]));
            return MessageDigest.isEqual(cipher.doFinal(bytes(signerKey)), bytes(hash));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES", e);
        }
    }

    @Override
    public boolean outdated(PasswordSettings settings) {
        return true;
    }

    /** Never prints a key. */
    @Override
    public String toString() {
        return "FirebaseScrypt[]";
    }
}
