package dev.galley.identity;

import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens, good ones and forged ones, without the code under test. */
final class TestTokens {
    static final String SECRET = "a secret of at least 32 characters";
    static final long NOW = 1_800_000_000L;

    private TestTokens() {}

    static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /** A token with exactly this header and these claims, signed with HMAC-SHA256. */
    static String hs256(String header, String claims, String secret) {
        return hmac("HmacSHA256", header, claims, secret.getBytes(StandardCharsets.UTF_8));
    }

    static String hs256(String claims) {
        return hs256("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims, SECRET);
    }

    static String hmac(String algorithm, String header, String claims, byte[] secret) {
        try {
            String signed = part(header) + "." + part(claims);
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret, algorithm));
            byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String user(String claims) {
        return hs256("{\"role\":\"authenticated\",\"sub\":\"u1\",\"exp\":" + (NOW + 3600) + claims + "}");
    }

    static IdentitySettings settings(String... flags) {
        FlagLayer layer = new FlagLayer().set("auth.jwt-secret=" + SECRET);
        Arrays.stream(flags).forEach(layer::set);
        return IdentitySettings.from(new Settings(layer));
    }

    static ProjectKeys keys(Path folder, IdentitySettings settings) {
        return ProjectKeys.load(folder.resolve("keys.json"), settings, new SecureRandom(), new MovingClock());
    }

    /** A clock that stands until it is moved. */
    static final class MovingClock extends Clock {
        private volatile long second = NOW;

        void moveTo(long epochSecond) {
            second = epochSecond;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(second);
        }
    }
}
