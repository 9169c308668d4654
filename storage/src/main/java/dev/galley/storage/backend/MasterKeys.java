package dev.galley.storage.backend;

import com.google.crypto.tink.subtle.AesGcmJce;
import dev.galley.settings.SettingsException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys under which the keys of objects are kept: the first wraps new ones, the others only unwrap. A key is known by the beginning of its
 * digest, so that nobody has to name it.
 */
final class MasterKeys {
    static final int DATA_KEY = 32;
    static final int ID = 8;
    /** Nonce, key, tag. */
    static final int WRAPPED = 12 + DATA_KEY + 16;

    private final Map<String, AesGcmJce> keys = new LinkedHashMap<>();
    private final SecureRandom random = new SecureRandom();

    /** @param encoded 32 bytes each, in base64 */
    MasterKeys(List<String> encoded) {
        for (String each : encoded) {
            try {
                byte[] key = Base64.getDecoder().decode(each.strip());
                if (key.length != DATA_KEY) {
                    throw new SettingsException("storage.encryption-keys: a key must be 32 bytes in base64");
                }
                keys.put(id(key), new AesGcmJce(key));
            } catch (IllegalArgumentException | GeneralSecurityException e) {
                // The cause may quote key material.
                throw new SettingsException("storage.encryption-keys: a key must be 32 bytes in base64");
            }
        }
    }

    private static String id(byte[] key) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(digest, ID));
    }

    byte[] newKey() {
        byte[] key = new byte[DATA_KEY];
        random.nextBytes(key);
        return key;
    }

    /** The newest key's name, and what it makes of the key. */
    byte[] wrap(byte[] key, byte[] context) throws GeneralSecurityException {
        Map.Entry<String, AesGcmJce> newest = keys.entrySet().iterator().next();
        byte[] wrapped = newest.getValue().encrypt(key, context);
        byte[] all = Arrays.copyOf(Base64.getDecoder().decode(newest.getKey()), ID + wrapped.length);
        System.arraycopy(wrapped, 0, all, ID, wrapped.length);
        return all;
    }

    byte[] unwrap(byte[] wrapped, byte[] context) throws GeneralSecurityException {
        AesGcmJce key = keys.get(Base64.getEncoder().encodeToString(Arrays.copyOf(wrapped, ID)));
        if (key == null) {
            throw new GeneralSecurityException("it is under a master key that is not in storage.encryption-keys");
        }
        return key.decrypt(Arrays.copyOfRange(wrapped, ID, wrapped.length), context);
    }

    /** Whether it is under the newest key. */
    boolean newest(byte[] wrapped) {
        return keys.keySet().iterator().next().equals(Base64.getEncoder().encodeToString(Arrays.copyOf(wrapped, ID)));
    }
}
