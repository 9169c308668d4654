package dev.galley.realtime;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the names by which clients tell one appearance of somebody from another: never the same, on no node. */
final class PhxRefs {
    private final String process;
    private final AtomicLong count = new AtomicLong();

    PhxRefs(SecureRandom random) {
        byte[] bytes = new byte[9];
        random.nextBytes(bytes);
        process = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    String next() {
        return process + Long.toString(count.incrementAndGet(), Character.MAX_RADIX);
    }
}
