package dev.galley.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import com.password4j.BcryptFunction;
import com.password4j.Password;
import com.password4j.types.Bcrypt;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import java.util.Optional;
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

    @Test
    void bcryptMatchesAndIsToBeReplacedButItsFirst72BytesAreNotEnough() {
        String long72 = "x".repeat(72);
        String hash = Password.hash(long72)
                .with(BcryptFunction.getInstance(Bcrypt.B, 5))
                .getResult();
        StoredHash stored = StoredHash.parse(hash).orElseThrow();
        assertThat(stored.matches(long72)).isTrue();
        assertThat(stored.matches(long72 + "anything")).isFalse();
        assertThat(stored.outdated(SETTINGS)).isTrue();
        assertThat(StoredHash.parse("$2a" + hash.substring(3)).orElseThrow().matches(long72))
                .isTrue();
    }

    @Test
    void aPasswordThatIsTooLongForBcryptTakesAsLongAsAnother() {
        String hash =
                Password.hash("x").with(BcryptFunction.getInstance(Bcrypt.B, 8)).getResult();
        StoredHash stored = StoredHash.parse(hash).orElseThrow();
        double usual = quickest(stored, "y".repeat(72));
        assertThat(quickest(stored, "y".repeat(73)) / usual).isBetween(0.5, 2.0);
        assertThat(quickest(stored, "y".repeat(4096)) / usual).isBetween(0.5, 2.0);
    }

    private static double quickest(StoredHash stored, String password) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            long start = System.nanoTime();
            assertThat(stored.matches(password)).isFalse();
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
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
            "$argon2id$v=16$m=8192,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"
        }) {
            assertThat(StoredHash.parse(text)).as(text).isEmpty();
        }
    }
}
