package dev.galley.rest;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A media type as it stands in a header. What does not follow the grammar is read as far as it does.
 *
 * @param text as it came, without a quality
 * @param name type and subtype in lower case
 * @param parameters by name in lower case, without {@code q}
 */
record MediaType(String text, String name, double quality, Map<String, String> parameters) {

    static MediaType parse(String header) {
        String text = header.strip();
        int end = text.indexOf(';');
        if (end < 0) return new MediaType(text, text.toLowerCase(Locale.ROOT), 1, Map.of());
        String name = text.substring(0, end).strip().toLowerCase(Locale.ROOT);
        Map<String, String> parameters = new LinkedHashMap<>();
        // What stands behind a quality is no part of the type.
        int shown = text.length();
        for (int at = end; at < text.length(); at = end(text, at + 1)) {
            String part = text.substring(at + 1, end(text, at + 1));
            int equals = part.indexOf('=');
            if (equals <= 0) continue;
            String parameter = part.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            parameters.putIfAbsent(
                    parameter, unquoted(part.substring(equals + 1).strip()));
            if (parameter.equals("q")) shown = Math.min(shown, at);
        }
        String quality = parameters.remove("q");
        return new MediaType(
                text.substring(0, shown).strip(), name, quality == null ? 1 : quality(quality), parameters);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** The next semicolon that is not inside quotes. */
    private static int end(String text, int start) {
        boolean quoted = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') quoted = !quoted;
            if (c == ';' && !quoted) return i;
        }
        return text.length();
    }

    private static double quality(String text) {
        try {
            return Math.clamp(Double.parseDouble(text), 0, 1);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    String parameter(String parameter) {
        return parameters.getOrDefault(parameter, "");
    }
}
