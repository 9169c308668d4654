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
