package dev.galley.auth.password;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2 version 1.3 (RFC 9106).
 *
 * <p>A hash fills many megabytes and forgets them: as garbage they would make the heap grow to its limit under a crowd that signs in. So each
 * thread that hashes keeps its blocks for the next hash, and they go with the thread.
 *
 * @param memory in KiB
 * @param lanes also called parallelism
 */
record Argon2(Kind kind, int memory, int iterations, int lanes) {

    /** Named as in stored hashes. */
    enum Kind {
        D(Argon2Parameters.ARGON2_d),
        I(Argon2Parameters.ARGON2_i),
        ID(Argon2Parameters.ARGON2_id);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** KiB filled, over all iterations: a second or two. */
    private static final long MOST_WORK = 2L << 20;

    private static final ThreadLocal<Blocks> BLOCKS = ThreadLocal.withInitial(Blocks::new);

    /** Whether a sign-in can bear it, in memory and in time: an imported hash could else make every attempt take gigabytes or minutes. */
    boolean bearable() {
        return HashMemory.bearable((long) memory << 10) && (long) memory * iterations <= MOST_WORK;
    }

    byte[] hash(String password, byte[] salt, int bytes) {
        return HashMemory.using((long) memory << 10, () -> filled(password, salt, bytes));
    }

    private byte[] filled(String password, byte[] salt, int bytes) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(kind.code)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memory)
                .withIterations(iterations)
                .withParallelism(lanes)
                .withSalt(salt)
                .withBlockPool(BLOCKS.get())
                .build());
        byte[] hash = new byte[bytes];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    /** Blocks of one KiB that one thread has used before; the generator hands them over cleared. */
    private static final class Blocks implements Argon2BytesGenerator.BlockPool {
        /** More is not kept: an imported hash may take much more once, before it is replaced. */
        private static final int MOST = 64 << 10;

        private final ArrayDeque<Argon2BytesGenerator.Block> free = new ArrayDeque<>();

        @Override
        public Argon2BytesGenerator.Block allocate() {
            Argon2BytesGenerator.Block used = free.pollLast();
            return used == null ? new Argon2BytesGenerator.Block() : used;
        }

        @Override
        public void deallocate(Argon2BytesGenerator.Block block) {
            if (free.size() < MOST) {
                free.addLast(block);
            }
        }
    }
}
