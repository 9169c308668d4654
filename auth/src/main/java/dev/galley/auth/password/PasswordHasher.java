package dev.galley.auth.password;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.SecureString;
import com.password4j.types.Argon2;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
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
    private final ThreadPoolExecutor pool;
    private final String nobody;

    /**
     * @param matches whether it is the password
     * @param outdated whether the hash should be replaced by a better one
     */
    public record Verdict(boolean matches, boolean outdated) {}

    public PasswordHasher(PasswordSettings settings) {
        this.settings = settings;
        int cores = Runtime.getRuntime().availableProcessors();
        this.pool = new ThreadPoolExecutor(
                cores,
                cores,
                30,
                TimeUnit.SECONDS,
                settings.maxWaiting() == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(settings.maxWaiting()),
                Thread.ofPlatform().daemon().name("password-", 0).factory());
        pool.allowCoreThreadTimeOut(true);
        this.nobody = ofNobody(settings);
    }

    /** A hash that no password has, as expensive to compare with as a real one. */
    private static String ofNobody(PasswordSettings settings) {
        byte[] bytes = new byte[SALT_BYTES + HASH_BYTES];
        new SecureRandom().nextBytes(bytes);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + settings.memory() + ",t=" + settings.iterations() + ",p=1$"
                + base64.encodeToString(Arrays.copyOf(bytes, SALT_BYTES)) + "$"
                + base64.encodeToString(Arrays.copyOfRange(bytes, SALT_BYTES, bytes.length));
    }

    /** The hash to store. */
    public String hash(String password) {
        return run(() -> argon2(password));
    }

    /**
     * @param stored the hash of the account, or nothing where there is no account or no password: it takes as long then
     */
    public Verdict verify(String password, Optional<String> stored) {
        return run(() -> {
            Optional<StoredHash> known = stored.flatMap(StoredHash::parse);
            if (known.isEmpty()) {
                var _ = Password.check(secret(password), nobody).with(function());
                return new Verdict(false, false);
            }
            boolean matches = known.get().matches(password);
            return new Verdict(matches, matches && known.get().outdated(settings));
        });
    }

    private String argon2(String password) {
        return Password.hash(secret(password))
                .addRandomSalt(SALT_BYTES)
                .with(function())
                .getResult();
    }

    /** The library keeps its working memory from the first call on, so it is not called before a password is. */
    private Argon2Function function() {
        return Argon2Function.getInstance(settings.memory(), settings.iterations(), 1, HASH_BYTES, Argon2.ID);
    }

    private static SecureString secret(String password) {
        return new SecureString(password.toCharArray());
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
