package dev.galley.identity;

import dev.galley.settings.SettingsException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/** The form of opaque API keys: {@code sb_publishable_<22 random characters>_<8 characters of checksum>}, and the same with {@code secret}. */
final class ApiKeys {
    static final String PUBLISHABLE_PREFIX = "sb_publishable_";
    static final String SECRET_PREFIX = "sb_secret_";

    private static final Pattern REST = Pattern.compile("[A-Za-z0-9_-]{20,200}");

    private ApiKeys() {}

    static String generate(String prefix, SecureRandom random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String body = prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        // The checksum lets scanners of leaked secrets tell a key from a look-alike; nothing here relies on it.
        byte[] digest = TokenDigest.sha256(body.getBytes(StandardCharsets.US_ASCII));
        return body + "_"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(digest).substring(0, 8);
    }

    static void requireForm(String setting, String prefix, String key) {
        if (!key.startsWith(prefix)
                || !REST.matcher(key.substring(prefix.length())).matches()) {
            throw new SettingsException(
                    setting + ": must be " + prefix + " and at least 20 letters, digits, - or _ after it");
        }
    }
}
