package dev.galley.graphql;

/** Looks at JSON before it is read: one pass over its bytes that makes nothing and stops as soon as it is known. */
final class JsonCount {
    private JsonCount() {}

    static boolean isArray(byte[] json) {
        for (byte b : json) {
            if (b > ' ') {
                return b == '[';
            }
        }
        return false;
    }

    /** Whether there are more values than that: every one but the first of its array or object has a comma before it. */
    static boolean exceeds(byte[] json, int most) {
        int values = 0;
        boolean inText = false;
        for (int i = 0; i < json.length; i++) {
            byte b = json[i];
            if (inText) {
                if (b == '\\') {
                    i++;
                } else if (b == '"') {
                    inText = false;
                }
            } else if (b == '"') {
                inText = true;
            } else if ((b == ',' || b == '[' || b == '{') && ++values > most) {
                return true;
            }
        }
        return false;
    }
}
