package dev.galley.auth.password;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Bounds what hashes take of the heap. Ours are small and each core makes one at a time; a hash that somebody imported may need much
 * more, so of those there is one at a time, and none that would fill the heap.
 */
final class HashMemory {
    private static final long SMALL = 64L << 20;
    private static final ReentrantLock LARGE = new ReentrantLock();

    private HashMemory() {}

    /** Whether there is room for it beside everything else. */
    static boolean bearable(long bytes) {
        return bytes <= Math.max(SMALL, Runtime.getRuntime().maxMemory() / 4);
    }

    static <T> T using(long bytes, Supplier<T> work) {
        if (bytes <= SMALL) {
            return work.get();
        }
        LARGE.lock();
        try {
            return work.get();
        } finally {
            LARGE.unlock();
        }
    }
}
