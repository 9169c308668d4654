package dev.galley.live;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints a value's text as PostgreSQL's {@code to_jsonb} would write the value, but for bytes, which lose their mark of two characters. */
final class ValuePrinter {
    private ValuePrinter() {}

    static void print(StringBuilder out, @Nullable String text, ValueType type) {
        if (text == null) {
            out.append("null");
            return;
        }
        switch (type) {
            case ValueType.Plain plain -> print(out, text, plain);
            case ValueType.Array array -> new Nested(text).array(out, array);
            case ValueType.Composite composite -> new Nested(text).composite(out, composite);
        }
    }

    private static void print(StringBuilder out, String text, ValueType.Plain type) {
        switch (type) {
            case BOOLEAN -> out.append(text.equals("t"));
            case INTEGER -> out.append(text);
            case NUMERIC, FLOAT -> {
                char last = text.charAt(text.length() - 1);
                if (last >= '0' && last <= '9') {
                    out.append(text);
                } else {
                    // NaN and the infinities
                    quote(out, text);
                }
            }
            case JSON -> out.append(text);
            case BYTES -> quote(out, text.startsWith("\\x") ? text.substring(2) : text);
            case TIMESTAMP -> quote(out, text.replace(' ', 'T').replace("TBC", " BC"));
            case TIMESTAMPTZ -> {
                // The connection's time zone is UTC.
                boolean before = text.endsWith(" BC");
                String time = (before ? text.substring(0, text.length() - 3) : text).replace(' ', 'T');
                quote(out, (time.endsWith("+00") ? time + ":00" : time) + (before ? " BC" : ""));
            }
            case EXACT, OTHER -> quote(out, text);
        }
    }

    static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append("\\u00")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /** Reads the text of an array ({@code {1,"a b",NULL}}) or of a row ({@code (1,"a b",)}). */
    private static final class Nested {
        private final String text;
        private int at;

        Nested(String text) {
            this.text = text;
        }

        void array(StringBuilder out, ValueType.Array type) {
            // Bounds that are not usual stand before it: [0:1]={...}
            at = Math.max(0, text.indexOf('{'));
            elements(out, type);
        }

        private void elements(StringBuilder out, ValueType.Array type) {
            at++;
            out.append('[');
            boolean first = true;
            while (at < text.length() && text.charAt(at) != '}') {
                if (!first) {
                    out.append(',');
                }
                first = false;
                if (text.charAt(at) == '{') {
                    elements(out, type);
                } else {
                    boolean quoted = text.charAt(at) == '"';
                    String element = item(type.delimiter(), '}');
                    print(out, !quoted && element.equals("NULL") ? null : element, type.element());
                }
                if (at < text.length() && text.charAt(at) == type.delimiter()) {
                    at++;
                }
            }
            at++;
            out.append(']');
        }

        void composite(StringBuilder out, ValueType.Composite type) {
            List<@Nullable String> values = new ArrayList<>();
            at = 1;
            while (at <= text.length() - 1) {
                boolean quoted = text.charAt(at) == '"';
                String value = item(',', ')');
                values.add(value.isEmpty() && !quoted ? null : value);
                at++;
            }
            out.append('{');
            for (int i = 0; i < type.fields().size(); i++) {
                if (i > 0) {
                    out.append(',');
                }
                quote(out, type.fields().get(i).name());
                out.append(':');
                print(
                        out,
                        i < values.size() ? values.get(i) : null,
                        type.fields().get(i).type());
            }
            out.append('}');
        }

        /** To the delimiter or the end, which stay. Quotes are doubled, or stand behind a backslash. */
        private String item(char delimiter, char end) {
            StringBuilder item = new StringBuilder();
            boolean quoted = false;
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c == '\\') {
                    at++;
                    item.append(text.charAt(at));
                } else if (c == '"') {
                    if (quoted && at + 1 < text.length() && text.charAt(at + 1) == '"') {
                        at++;
                        item.append('"');
                    } else {
                        quoted = !quoted;
                    }
                } else if (!quoted && (c == delimiter || c == end)) {
                    break;
                } else {
                    item.append(c);
                }
                at++;
            }
            return item.toString();
        }
    }
}
