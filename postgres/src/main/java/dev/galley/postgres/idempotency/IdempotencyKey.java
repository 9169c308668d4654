package dev.galley.postgres.idempotency;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The key of a write, and the request that it stands for.
 *
 * @param key as the caller chose it
 * @param fingerprint of the request, in hexadecimal: see {@link Fingerprint}
 * @param credential tells callers apart whose tokens have no subject; empty for the others
 */
public record IdempotencyKey(String key, String fingerprint, String credential) {
    public static final String HEADER = "Idempotency-Key";

    /** Says that an answer is one given before. */
    public static final String REPLAYED_HEADER = "Idempotency-Replayed";

    /**
     * What the headers say; there may be one only.
     *
     * @return empty when it is no key
     */
    public static Optional<String> read(List<String> headers, int longest) {
        return headers.size() == 1 ? read(headers.getFirst(), longest) : Optional.empty();
    }

    /** What callers without a subject have of their own: the key that they show. */
    public static String credential(Optional<String> subject, MultiMap headers) {
        if (subject.isPresent()) {
            return "";
        }
        Fingerprint shown = new Fingerprint();
        for (String name : List.of("Authorization", "apikey")) {
            shown.add(Objects.requireNonNullElse(headers.get(name), ""));
        }
        return shown.hex();
    }

    /**
     * What the header says: printable ASCII, as a string of RFC 8941 (in quotes) or bare.
     *
     * @return empty when it is neither, or longer than the limit
     */
    public static Optional<String> read(String header, int longest) {
        String text = header.strip();
        if (text.startsWith("\"")) {
            return unquoted(text).filter(key -> isKey(key, longest));
        }
        return Optional.of(text).filter(key -> isKey(key, longest) && key.indexOf('"') < 0);
    }

    private static boolean isKey(String key, int longest) {
        return !key.isBlank() && key.length() <= longest && key.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    }

    private static Optional<String> unquoted(String text) {
        StringBuilder key = new StringBuilder(text.length());
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i == text.length() - 1 ? Optional.of(key.toString()) : Optional.empty();
            }
            if (c == '\\') {
                if (++i == text.length() || (text.charAt(i) != '"' && text.charAt(i) != '\\')) {
                    return Optional.empty();
                }
                c = text.charAt(i);
            }
            key.append(c);
        }
        return Optional.empty();
    }
}
