package dev.galley.auth.password;

import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Hashes passwords with Argon2id and verifies them against any hash that an imported user may have. Hashing takes a core for tens
 * of milliseconds and many megabytes, so no more than one per core runs at a time, on threads of their own, and few may wait.
 */
public final class PasswordHasher implements AutoCloseable {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final PasswordSettings settings;
    private final Argon2 argon2;
    private final SecureRandom random = new SecureRandom();
    private final ThreadPoolExecutor pool;
    private final StoredHash nobody;

    /**
     * @param matches whether it is the password
     * @param outdated whether the hash should be replaced by a better one
     */
    public record Verdict(boolean matches, boolean outdated) {}

    public PasswordHasher(PasswordSettings settings) {
        this.settings = settings;
        this.argon2 = new Argon2(Argon2.Kind.ID, settings.memory(), settings.iterations(), 1);
        int cores = Runtime.getRuntime().availableProcessors();
        this.pool = new ThreadPoolExecutor(
                cores,
                cores,
                30,
                TimeUnit.SECONDS,
                settings.maxWaiting() == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(settings.maxWaiting()),
                Thread.ofPlatform().daemon().name("password-", 0).factory());
        pool.allowCoreThreadTimeOut(true);
        // No password has it, and comparing with it is as expensive as with a real one.
        this.nobody = StoredHash.Argon.of(argon2, random(SALT_BYTES), random(HASH_BYTES));
    }

    /** The hash to store. */
    public String hash(String password) {
        return run(() -> {
            byte[] salt = random(SALT_BYTES);
            return StoredHash.Argon.of(argon2, salt, argon2.hash(password, salt, HASH_BYTES))
                    .text();
        });
    }

    /**
     * @param stored the hash of the account, or nothing where there is no account or no password: it takes as long then
     */
    public Verdict verify(String password, Optional<String> stored) {
        return run(() -> {
            Optional<StoredHash> known = stored.flatMap(StoredHash::parse);
            if (known.isEmpty()) {
                var _ = nobody.matches(password);
                return new Verdict(false, false);
            }
            boolean matches = known.get().matches(password);
            return new Verdict(matches, matches && known.get().outdated(settings));
        });
    }

    private byte[] random(int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return drawn;
    }

    private <T> T run(Callable<T> work) {
        Future<T> running;
        try {
            running = pool.submit(work);
        } catch (RejectedExecutionException full) {
            throw AuthError.tooOften(
                            ErrorCode.OVER_REQUEST_RATE_LIMIT,
                            "Too many sign-ins at this moment, try again shortly",
                            Duration.ofSeconds(1))
                    .thrown();
        }
        try {
            return running.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a password could not be hashed", failed.getCause());
        } catch (InterruptedException stopping) {
            running.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stopping);
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
