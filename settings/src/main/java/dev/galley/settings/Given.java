package dev.galley.settings;

import java.util.List;

/**
 * A value that somebody has given for a setting.
 *
 * @param parts one text, or the elements of an array
 * @param array whether it was written as an array
 * @param origin where it was written, for messages: {@code galley.toml:3}, {@code --port}, {@code GALLEY_HTTP_PORT}
 */
public record Given(List<String> parts, boolean array, String origin) {

    public static Given text(String value, String origin) {
        return new Given(List.of(value), false, origin);
    }

    public static Given array(List<String> values, String origin) {
        return new Given(List.copyOf(values), true, origin);
    }

    public String text() {
        return array ? String.join(",", parts) : parts.getFirst();
    }
}
