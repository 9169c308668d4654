package dev.galley.settings;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hands a module its settings. Each call declares a setting (key, type, default, description) and returns its value, so the
 * declaration, the documentation and the use of a setting are one line of code.
 *
 * <p>A key is lower-case, dotted, in kebab-case ({@code rest.max-rows}). The environment variable of a key is
 * {@code GALLEY_} and the key in upper case with every {@code .} and {@code -} as {@code _} ({@code GALLEY_REST_MAX_ROWS});
 * on the command line it is {@code --set rest.max-rows=100}. Flags win over the environment, which wins over the file.
 *
 * <p>Every method throws {@link SettingsException} when the value given is not of the type or out of range.
 */
public interface SettingsReader {

    String text(String key, String fallback, String description);

    Optional<String> optionalText(String key, String description);

    /** A value that must never be logged or printed in a reference page or an error. */
    Optional<String> secret(String key, String description);

    /** A whole number between {@code min} and {@code max}, both included. */
    int integer(String key, int fallback, int min, int max, String description);

    boolean flag(String key, boolean fallback, String description);

    /** A length of time: {@code 250ms}, {@code 10s}, {@code 5m}, {@code 24h}, {@code 7d}. */
    Duration duration(String key, Duration fallback, String description);

    /** A size in bytes: {@code 512}, {@code 64KiB}, {@code 10MiB}, {@code 1GiB}. */
    long bytes(String key, long fallback, String description);

    /** A list: a TOML array, or comma-separated text. */
    List<String> list(String key, List<String> fallback, String description);

    /** The same, of what may hold a password or key: never shown. */
    List<String> secretList(String key, String description);

    /** Whatever is given for keys that begin so ({@code app.settings.}), by the rest of the key; never shown. */
    Map<String, String> table(String prefix, String description);

    /** One of an enum's constants, written in kebab-case. */
    <E extends Enum<E>> E choice(String key, E fallback, String description);
}
