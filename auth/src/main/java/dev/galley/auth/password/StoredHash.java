package dev.galley.auth.password;

import com.password4j.Argon2Function;
import com.password4j.BcryptFunction;
import com.password4j.HashingFunction;
import com.password4j.Password;
import com.password4j.SecureString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

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

    /** @param memory in KiB */
    record Argon(String text, int memory, int iterations, boolean id) implements StoredHash {
        private static final Pattern FORM = Pattern.compile(
                "\\$argon2(id|i|d)\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})(?:,[a-z]+=[^$]*)?\\$[A-Za-z0-9+/]{8,}\\$[A-Za-z0-9+/]{16,}");

        /** An import could else make every sign-in take gigabytes. */
        private static final int MAX_MEMORY = 1 << 20;

        static Optional<StoredHash> parse(String text) {
            var form = FORM.matcher(text);
            if (!form.matches() || Integer.parseInt(form.group(2)) > MAX_MEMORY) {
                return Optional.empty();
            }
            return Optional.of(new Argon(
                    text,
                    Integer.parseInt(form.group(2)),
                    Integer.parseInt(form.group(3)),
                    form.group(1).equals("id")));
        }

        @Override
        public boolean matches(String password) {
            return check(password, text, Argon2Function.getInstanceFromHash(text));
        }

        @Override
        public boolean outdated(PasswordSettings settings) {
            return !id || memory < settings.memory() || iterations < settings.iterations();
        }
    }

    /** Bcrypt reads no more than 72 bytes of a password: a longer one never matches, though its beginning may. */
    record Bcrypt(String text) implements StoredHash {
        private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-9])\\$[./A-Za-z0-9]{53}");
        private static final int MAX_BYTES = 72;

        @Override
        public boolean matches(String password) {
            boolean whole = password.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
            // Hashed in any case: an answer at once would tell that there is somebody.
            return check(whole ? password : "-", text, BcryptFunction.getInstanceFromHash(text)) && whole;
        }

        @Override
        public boolean outdated(PasswordSettings settings) {
            return true;
        }
    }

    private static boolean check(String password, String hash, HashingFunction function) {
        return Password.check(new SecureString(password.toCharArray()), hash).with(function);
    }
}
