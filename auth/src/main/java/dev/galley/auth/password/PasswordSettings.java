package dev.galley.auth.password;

import dev.galley.settings.SettingsReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * @param minLength characters
 * @param maxBytes of UTF-8: hashing time grows with it
 * @param required what a password must contain
 * @param memory of one Argon2id hash, in KiB
 * @param minStrength 0 to 4, as zxcvbn scores guessability; 0 asks for none
 * @param breached file of {@link BreachedPasswords}
 * @param maxWaiting hashes that may wait for a core; more are answered 429
 */
public record PasswordSettings(
        int minLength,
        int maxBytes,
        Required required,
        int memory,
        int iterations,
        int maxWaiting,
        boolean requireCurrent,
        boolean requireReauthentication,
        int minStrength,
        Optional<Path> breached) {

    /** Sets of characters of which a password needs at least one each. */
    public enum Required {
        NONE,
        LETTERS_DIGITS,
        LOWER_UPPER_LETTERS_DIGITS,
        LOWER_UPPER_LETTERS_DIGITS_SYMBOLS;

        private List<String> sets() {
            return switch (this) {
                case NONE -> List.of();
                case LETTERS_DIGITS -> List.of(Letters.ANY, Letters.DIGITS);
                case LOWER_UPPER_LETTERS_DIGITS -> List.of(Letters.LOWER, Letters.UPPER, Letters.DIGITS);
                case LOWER_UPPER_LETTERS_DIGITS_SYMBOLS ->
                    List.of(Letters.LOWER, Letters.UPPER, Letters.DIGITS, Letters.SYMBOLS);
            };
        }

        boolean holdsFor(String password) {
            return sets().stream().allMatch(set -> password.chars().anyMatch(character -> set.indexOf(character) >= 0));
        }
    }

    private static final class Letters {
        static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
        static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        static final String ANY = LOWER + UPPER;
        static final String DIGITS = "0123456789";
        static final String SYMBOLS = "!@#$%^&*()_+-=[]{};'\\:\"|<>?,./`~";
    }

    public static PasswordSettings from(SettingsReader reader) {
        return new PasswordSettings(
                reader.integer("auth.minimum-password-length", 6, 6, 128, "Fewest characters of a password."),
                reader.integer("auth.maximum-password-length", 256, 64, 4096, "Most bytes (UTF-8) of a password."),
                reader.choice(
                        "auth.password-requirements",
                        Required.NONE,
                        "Kinds of characters that a password must contain."),
                reader.integer(
                        "auth.password.memory", 19_456, 8_192, 1_048_576, "Memory of one Argon2id hash, in KiB."),
                reader.integer("auth.password.iterations", 2, 1, 100, "Iterations of Argon2id."),
                reader.integer(
                        "auth.password.max-waiting",
                        100,
                        0,
                        100_000,
                        "Password hashes that may wait for a free core; further requests are answered 429."),
                reader.flag(
                        "auth.email.require-current-password",
                        false,
                        "Whether a new password can be set only together with the current one."),
                reader.flag(
                        "auth.email.secure-password-change",
                        false,
                        "Whether a password can be changed only within 24 hours of signing in, or with a code sent to the user."),
                reader.integer(
                        "auth.password.min-strength",
                        0,
                        0,
                        4,
                        "How hard a new password must be to guess, from 1 (very guessable) to 4 (very hard), judged by words, names,"
                                + " dates and patterns in it; 0: not judged."),
                reader.optionalText(
                                "auth.password.breached-file",
                                "File of passwords from breaches that nobody may take, made by `galley passwords`; asked without network.")
                        .map(Path::of));
    }
}
