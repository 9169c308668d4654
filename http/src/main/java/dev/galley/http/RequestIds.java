package dev.galley.http;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Names requests: by the id the client sent, when it can do no harm in a log (8 to 64 of letters, digits, {@code - _ .}),
 * else by 16 random hexadecimal digits. An id is a name, not a secret.
 */
final class RequestIds {
    private static final byte[] DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private RequestIds() {}

    static String of(@Nullable String sent) {
        return sent != null && sane(sent) ? sent : random();
    }

    private static boolean sane(String id) {
        int length = id.length();
        if (length < 8 || length > 64) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = id.charAt(i);
            boolean fine = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || c == '.';
            if (!fine) {
                return false;
            }
        }
        return true;
    }

    private static String random() {
        long bits = ThreadLocalRandom.current().nextLong();
        byte[] text = new byte[16];
        for (int i = 15; i >= 0; i--) {
            text[i] = DIGITS[(int) (bits & 15)];
            bits >>>= 4;
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
