package dev.galley.auth.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** The hash of a password in one of the forms that accounts have: Argon2 as we make it, bcrypt or scrypt as imported accounts bring it. */
public sealed interface StoredHash permits StoredHash.Argon, StoredHash.Bcrypt, FirebaseScrypt {

    /** Whether it is of this password. */
    boolean matches(String password);

    /** Whether we would make a stronger one. */
    boolean outdated(PasswordSettings settings);

    /** Empty for what is no hash that we know. */
    static Optional<StoredHash> parse(String text) {
        if (text.startsWith("$argon2")) {
            return Argon.parse(text);
        }
        if (Bcrypt.FORM.matcher(text).matches()) {
            return Optional.of(new Bcrypt(text));
        }
        return FirebaseScrypt.parse(text);
    }

    /**
     * In the form of the reference implementation (PHC string format).
     *
     * @param salt in base64 without padding, as the hash
     */
    record Argon(Argon2 function, String salt, String hash) implements StoredHash {
        private static final Pattern FORM = Pattern.compile(
                "\\$argon2(id|i|d)\\$v=19\\$m=([1-9]\\d{0,6}),t=([1-9]\\d{0,2}),p=([1-9]\\d?)\\$([A-Za-z0-9+/]{8,86})\\$([A-Za-z0-9+/]{16,342})");

        static Optional<StoredHash> parse(String text) {
            var form = FORM.matcher(text);
            if (!form.matches()) {
                return Optional.empty();
            }
            Argon2 function = new Argon2(
                    Argon2.Kind.valueOf(form.group(1).toUpperCase(Locale.ROOT)),
                    Integer.parseInt(form.group(2)),
                    Integer.parseInt(form.group(3)),
                    Integer.parseInt(form.group(4)));
            Argon stored = new Argon(function, form.group(5), form.group(6));
            return function.bearable() && decodable(stored.salt) && decodable(stored.hash)
                    ? Optional.of(stored)
                    : Optional.empty();
        }

        static Argon of(Argon2 function, byte[] salt, byte[] hash) {
            Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
            return new Argon(function, base64.encodeToString(salt), base64.encodeToString(hash));
        }

        String text() {
            return "$argon2" + function.kind().name().toLowerCase(Locale.ROOT) + "$v=19$m=" + function.memory() + ",t="
                    + function.iterations() + ",p=" + function.lanes() + "$" + salt + "$" + hash;
        }

        /** A last letter by itself is no byte. */
        private static boolean decodable(String base64) {
            return base64.length() % 4 != 1;
        }

        @Override
        public boolean matches(String password) {
            Base64.Decoder base64 = Base64.getDecoder();
            byte[] right = base64.decode(hash);
            return MessageDigest.isEqual(function.hash(password, base64.decode(salt), right.length), right);
        }

        @Override
        public boolean outdated(PasswordSettings settings) {
            return function.kind() != Argon2.Kind.ID
                    || function.memory() < settings.memory()
                    || function.iterations() < settings.iterations();
        }

        /** Never prints a hash. */
        @Override
        public String toString() {
            return "Argon[" + function + "]";
        }
    }

    /** With a cost of at most 15, which takes seconds. Bcrypt reads no more than 72 bytes of a password: a longer one never matches, though its beginning may. */
    record Bcrypt(String text) implements StoredHash {
        private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-5])\\$[./A-Za-z0-9]{53}");
        private static final int MAX_BYTES = 72;

        @Override
        public boolean matches(String password) {
            boolean whole = password.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
            // Hashed in any case: an answer at once would tell that there is somebody.
            byte[] hashed = (whole ? password : "-").getBytes(StandardCharsets.UTF_8);
            return OpenBSDBCrypt.checkPassword(text, hashed) && whole;
        }

        @Override
        public boolean outdated(PasswordSettings settings) {
            return true;
        }
    }
}
