package dev.galley.rest;

import dev.galley.http.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns CSV (RFC 4180, the first line naming the columns) into a JSON array of objects of strings. A field {@code NULL}
 * becomes null.
 */
final class CsvBody {
    private final String text;
    private int at;

    private CsvBody(String text) {
        this.text = text;
    }

    /** @param keys the columns named in the first line */
    @SuppressWarnings("ArrayRecordComponent") // never compared; a copy of a large body would cost
    record Converted(byte[] json, List<String> keys) {}

    static Converted convert(byte[] utf8) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            return new CsvBody(text).convert();
        } catch (CharacterCodingException e) {
            throw refused("The body is not UTF-8");
        }
    }

    private Converted convert() {
        if (text.isBlank()) throw refused("Empty or invalid csv");
        List<String> names = line();
        StringBuilder json = new StringBuilder(text.length() * 2).append('[');
        while (at < text.length()) {
            List<String> fields = line();
            if (fields.size() == 1 && fields.getFirst().isEmpty() && names.size() > 1) continue;
            if (fields.size() != names.size()) throw refused("All lines must have same number of fields");
            if (json.length() > 1) json.append(',');
            for (int i = 0; i < names.size(); i++) {
                json.append(i == 0 ? '{' : ',');
                JsonText.quote(json, names.get(i));
                json.append(':');
                if (fields.get(i).equals("NULL")) json.append("null");
                else JsonText.quote(json, fields.get(i));
            }
            json.append('}');
        }
        byte[] utf8 = json.append(']').toString().getBytes(StandardCharsets.UTF_8);
        return new Converted(utf8, names.stream().distinct().sorted().toList());
    }

    private List<String> line() {
        List<String> fields = new ArrayList<>();
        while (true) {
            fields.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
            if (at == text.length()) return fields;
            char c = text.charAt(at++);
            if (c == ',') continue;
            if (c == '\r' && at < text.length() && text.charAt(at) == '\n') at++;
            else if (c != '\n' && c != '\r') throw refused("A quoted field must end before a comma or a line's end");
            return fields;
        }
    }

    private String plain() {
        int start = at;
        while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) at++;
        return text.substring(start, at);
    }

    private String quoted() {
        StringBuilder field = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '"') field.append(c);
            else if (at < text.length() && text.charAt(at) == '"') {
                field.append('"');
                at++;
            } else return field.toString();
        }
        throw refused("A quoted field does not end");
    }

    private static RestException refused(String message) {
        return new RestException(new RestError.BadBody(message));
    }
}
