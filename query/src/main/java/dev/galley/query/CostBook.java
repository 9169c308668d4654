package dev.galley.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Step;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Estimates that were lately made. What is small work whatever the values is found again by query and role; anything else only by
 * the same values and settings too, since a cheap value would otherwise open the door for a dear one. Safe for use by many threads.
 */
final class CostBook {
    private static final int ENTRIES = 10_000;

    private final Cache<Key, Double> costs;

    /** @param circumstances digest of values and settings; empty when they do not matter */
    record Key(String query, String role, String circumstances) {}

    CostBook(Duration memory) {
        costs = Caffeine.newBuilder()
                .maximumSize(ENTRIES)
                .expireAfterWrite(memory)
                .executor(Runnable::run)
                .build();
    }

    /** Digests of the long values of one request, each of which may stand in many statements. Confined to the request. */
    static final class Digests {
        /** In bytes. */
        private static final int LONG = 1024;

        private final IdentityHashMap<byte[], byte[]> known = new IdentityHashMap<>(2);

        private byte[] of(byte[] value) {
            return value.length < LONG ? value : known.computeIfAbsent(value, each -> sha256().digest(each));
        }
    }

    /** @param inForce the settings of the step itself or, when it has none, of the last one before it that has */
    static Key key(String query, Step step, List<LocalSetting> inForce, TransactionRequest request, Digests digests) {
        return new Key(query, request.role(), request.bounded() ? "" : circumstances(step, inForce, request, digests));
    }

    Optional<Double> known(Key key) {
        return Optional.ofNullable(costs.getIfPresent(key));
    }

    void remember(Key key, double cost) {
        costs.put(key, cost);
    }

    private static String circumstances(
            Step step, List<LocalSetting> inForce, TransactionRequest request, Digests digests) {
        MessageDigest digest = sha256();
        add(digest, request.settings());
        add(digest, inForce);
        for (byte @Nullable [] value : step.statement().parameters()) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, value == null ? -1 : value.length));
            if (value != null) {
                digest.update(digests.of(value));
            }
        }
        return new String(digest.digest(), StandardCharsets.ISO_8859_1);
    }

    private static void add(MessageDigest digest, List<LocalSetting> settings) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, settings.size()));
        for (LocalSetting setting : settings) {
            add(digest, setting.name().getBytes(StandardCharsets.UTF_8));
            add(digest, setting.value().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void add(MessageDigest digest, byte[] value) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, value.length));
        digest.update(value);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
