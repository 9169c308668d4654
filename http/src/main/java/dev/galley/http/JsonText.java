package dev.galley.http;

/** Writes JSON strings. */
public final class JsonText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private JsonText() {}

    public static void quote(StringBuilder json, String text) {
        json.append('"');
        int plain = plainPrefix(text);
        json.append(text, 0, plain); // most often all of it
        for (int i = plain; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c >= ' ' && c != 0x7f) json.append(c);
                    else json.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
                }
            }
        }
        json.append('"');
    }

    /** How many characters from the start on stand for themselves. */
    private static int plainPrefix(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || c == 0x7f) return i;
        }
        return text.length();
    }

    public static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2);
        quote(json, text);
        return json.toString();
    }
}
