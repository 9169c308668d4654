package dev.galley.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;

class StoredHashTest {
    private static final PasswordSettings SETTINGS = PasswordSettings.from(
            new Settings(new FlagLayer().set("auth.password.memory=8192").set("auth.password.iterations=1")));

    @Test
    void ourOwn() {
        try (PasswordHasher hasher = new PasswordHasher(SETTINGS)) {
            String hash = hasher.hash("pässword");
            assertThat(hash).startsWith("$argon2id$v=19$m=8192,t=1,p=1$");
            assertThat(hasher.verify("pässword", Optional.of(hash))).isEqualTo(new PasswordHasher.Verdict(true, false));
            assertThat(hasher.verify("password", Optional.of(hash)).matches()).isFalse();
            assertThat(hasher.hash("pässword")).isNotEqualTo(hash);
            assertThat(hasher.verify("no password is this", Optional.empty()).matches())
                    .isFalse();
        }
    }

    /** Made by the reference implementation. */
    @Test
    void argon2OfOthers() {
        for (String hash : new String[] {
            "$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
        }) {
            StoredHash stored = StoredHash.parse(hash).orElseThrow();
            assertThat(stored.matches("password")).as(hash).isTrue();
            assertThat(stored.matches("Password")).as(hash).isFalse();
            assertThat(stored.outdated(SETTINGS)).isTrue();
            assertThat(stored.toString()).doesNotContain("c29tZXNhbHQ");
        }
    }

    @Test
    void aThreadHashesAgainInTheSameMemory() {
        Argon2 argon2 = new Argon2(Argon2.Kind.ID, 8192, 1, 1);
        byte[] first = argon2.hash("password", new byte[16], 32);
        var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 4; i++) {
            assertThat(argon2.hash("password", new byte[16], 32)).isEqualTo(first);
        }
        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(8192 * 1024 / 2);
    }

    @Test
    void bcryptMatchesAndIsToBeReplacedButItsFirst72BytesAreNotEnough() {
        String long72 = "x".repeat(72);
        String hash = bcrypt(long72, 5);
        StoredHash stored = StoredHash.parse(hash).orElseThrow();
        assertThat(stored.matches(long72)).isTrue();
        assertThat(stored.matches(long72 + "anything")).isFalse();
        assertThat(stored.outdated(SETTINGS)).isTrue();
        assertThat(StoredHash.parse("$2a" + hash.substring(3)).orElseThrow().matches(long72))
                .isTrue();
    }

    @Test
    void aPasswordThatIsTooLongForBcryptTakesAsLongAsAnother() {
        String hash = bcrypt("x", 6);
        StoredHash stored = StoredHash.parse(hash).orElseThrow();
        String[] passwords = {"y".repeat(72), "y".repeat(73), "y".repeat(4096)};
        long[] best = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE};
        // By turns: what slows the machine down slows all of them down.
        for (int i = 0; i < 60; i++) {
            int which = i % passwords.length;
            long start = System.nanoTime();
            assertThat(stored.matches(passwords[which])).isFalse();
            best[which] = Math.min(best[which], System.nanoTime() - start);
        }
        assertThat(best[1] / (double) best[0]).isBetween(0.5, 2.0);
        assertThat(best[2] / (double) best[0]).isBetween(0.5, 2.0);
    }

    private static String bcrypt(String password, int cost) {
        return OpenBSDBCrypt.generate("2b", password.getBytes(StandardCharsets.UTF_8), new byte[16], cost);
    }

    /** The example that Firebase publishes with its variant of scrypt. */
    @Test
    void firebase() {
        String hash =
                "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZ"
                        + "vpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
        StoredHash stored = StoredHash.parse(hash).orElseThrow();
        assertThat(stored.matches("user1password")).isTrue();
        assertThat(stored.matches("user2password")).isFalse();
        assertThat(stored.outdated(SETTINGS)).isTrue();
        assertThat(stored.toString()).doesNotContain("jxspr8");
        for (String bad : new String[] {
            hash.replace("v=1", "v=2"),
            hash.replace("n=14", "n=24"),
            hash.replace("n=14", "n=0"),
            hash.replace("r=8", "r=999"),
            hash.replace("p=1", "p=99"),
            hash.replace("sk=jx", "sk=!!"),
            hash.replace("$42xEC", "$42xE=C")
        }) {
            assertThat(StoredHash.parse(bad)).as(bad).isEmpty();
        }
    }

    @Test
    void whatIsNoHashOpensNothing() {
        for (String text : new String[] {
            "",
            "secret",
            "$2a$31$" + "a".repeat(53),
            "$argon2id$v=19$m=99999999,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$2a$16$" + "a".repeat(53),
            // Gigabytes, and minutes.
            "$argon2id$v=19$m=2097152,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=65536,t=99,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=8192,t=0,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=8192,t=2,p=0$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=8192,t=2,p=1$c2FsdHNhb$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=16$m=8192,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"
        }) {
            assertThat(StoredHash.parse(text)).as(text).isEmpty();
        }
    }
}
