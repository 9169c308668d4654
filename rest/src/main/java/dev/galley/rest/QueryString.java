package dev.galley.rest;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The parameters of a query string, or of a posted form, in their order. Strict: what does not decode is refused. */
record QueryString(List<Parameter> parameters) {

    /** @param value empty text when there is nothing behind the {@code =} */
    record Parameter(String name, String value) {}

    static final QueryString EMPTY = new QueryString(List.of());

    /** @param raw as it stands behind the {@code ?}, undecoded */
    static QueryString parse(String raw) {
        if (raw.isEmpty()) return EMPTY;
        List<Parameter> parameters = new ArrayList<>(8);
        int start = 0;
        while (start <= raw.length()) {
            int end = raw.indexOf('&', start);
            if (end < 0) end = raw.length();
            if (end > start) {
                int equals = raw.indexOf('=', start);
                boolean named = equals >= 0 && equals < end;
                String name = decode(raw, start, named ? equals : end);
                parameters.add(new Parameter(name, named ? decode(raw, equals + 1, end) : ""));
            }
            start = end + 1;
        }
        return new QueryString(parameters);
    }

    Optional<String> first(String name) {
        for (Parameter each : parameters) {
            if (each.name().equals(name)) return Optional.of(each.value());
        }
        return Optional.empty();
    }

    /** The parameters sorted by name and encoded again, so that equal requests have equal addresses. */
    String canonical() {
        if (parameters.isEmpty()) return "";
        List<Parameter> sorted = new ArrayList<>(parameters);
        sorted.sort(Comparator.comparing(Parameter::name));
        StringBuilder text = new StringBuilder(64);
        for (Parameter each : sorted) {
            if (!text.isEmpty()) text.append('&');
            encode(text, each.name());
            text.append('=');
            encode(text, each.value());
        }
        return text.toString();
    }

    static void encode(StringBuilder into, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if ((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || "-_.~".indexOf(b) >= 0) {
                into.append((char) b);
            } else {
                into.append('%')
                        .append(Character.toUpperCase(Character.forDigit((b >> 4) & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
            }
        }
    }

    /** One segment of a path, in which a plus is a plus. */
    static String decodeSegment(String raw) {
        String escaped = raw.replace("+", "%2B");
        return decode(escaped, 0, escaped.length());
    }

    private static String decode(String raw, int start, int end) {
        boolean plain = true;
        for (int i = start; i < end && plain; i++) {
            char c = raw.charAt(i);
            plain = c != '%' && c != '+' && c < 0x80 && c != 0;
        }
        return plain ? raw.substring(start, end) : decodeBytes(raw, start, end);
    }

    private static String decodeBytes(String raw, int start, int end) {
        ByteBuffer bytes = ByteBuffer.allocate(3 * (end - start));
        for (int i = start; i < end; i++) {
            int c = raw.codePointAt(i);
            switch (c) {
                case '+' -> bytes.put((byte) ' ');
                case '%' -> {
                    int high = hex(raw, i + 1, end);
                    int low = hex(raw, i + 2, end);
                    if (high < 0 || low < 0) throw refused("a % without two hexadecimal digits behind it");
                    bytes.put((byte) (high << 4 | low));
                    i += 2;
                }
                default -> {
                    if (c < 0x80) bytes.put((byte) c);
                    else bytes.put(Character.toString(c).getBytes(StandardCharsets.UTF_8));
                    i += Character.charCount(c) - 1;
                }
            }
        }
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip());
            String decoded = text.toString();
            if (decoded.indexOf('\0') >= 0) throw refused("a NUL character");
            return decoded;
        } catch (CharacterCodingException e) {
            throw refused("bytes that are not UTF-8");
        }
    }

    private static int hex(String raw, int at, int end) {
        if (at >= end) return -1;
        char c = raw.charAt(at);
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static RestException refused(String what) {
        return new RestException(
                new RestError.BadParameter("The query string cannot be decoded", "The query string contains " + what));
    }
}
