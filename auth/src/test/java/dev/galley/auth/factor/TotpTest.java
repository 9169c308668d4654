package dev.galley.auth.factor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Codes and secrets of authenticator apps, by the vectors of the RFCs. */
class TotpTest {
    private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    /** RFC 6238 appendix B, the last six of its eight digits. */
    @ParameterizedTest
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130"
    })
    void aCodeFollowsFromTheTime(long seconds, String code) {
        assertThat(Totp.code(SECRET, Totp.step(Instant.ofEpochSecond(seconds)))).isEqualTo(code);
    }

    @Test
    void oneStepOnEachSideCounts() {
        Instant now = Instant.ofEpochSecond(1_000_000_000);
        long step = Totp.step(now);
        assertThat(Totp.stepOf(SECRET, Totp.code(SECRET, step - 1), now)).hasValue(step - 1);
        assertThat(Totp.stepOf(SECRET, Totp.code(SECRET, step), now)).hasValue(step);
        assertThat(Totp.stepOf(SECRET, Totp.code(SECRET, step + 1), now)).hasValue(step + 1);
        assertThat(Totp.stepOf(SECRET, Totp.code(SECRET, step - 2), now)).isEmpty();
        assertThat(Totp.stepOf(SECRET, Totp.code(SECRET, step + 2), now)).isEmpty();
        assertThat(Totp.stepOf(SECRET, "", now)).isEmpty();
        assertThat(Totp.stepOf(SECRET, " " + Totp.code(SECRET, step), now)).isEmpty();
    }

    /** RFC 4648 section 10, without the padding. */
    @ParameterizedTest
    @CsvSource({"'', ''", "f, MY", "fo, MZXQ", "foo, MZXW6", "foob, MZXW6YQ", "fooba, MZXW6YTB", "foobar, MZXW6YTBOI"})
    void base32(String text, String encoded) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertThat(Base32.encode(bytes)).isEqualTo(encoded);
        assertThat(Base32.decode(encoded))
                .hasValueSatisfying(decoded -> assertThat(decoded).isEqualTo(bytes));
        assertThat(Base32.decode(encoded.toLowerCase(java.util.Locale.ROOT) + "==="))
                .hasValueSatisfying(decoded -> assertThat(decoded).isEqualTo(bytes));
    }

    @Test
    void whatIsNoBase32IsNone() {
        assertThat(Base32.decode("MZXW1")).isEmpty();
        assertThat(Base32.decode("MZ XW")).isEmpty();
    }

    @Test
    void aSealedSecretOpensForItsOwnerAndKeyOnly() {
        SecretBox box = new SecretBox(new byte[32], new SecureRandom());
        String closed = box.seal("JBSWY3DP", "owner");
        assertThat(closed).doesNotContain("JBSWY3DP").isNotEqualTo(box.seal("JBSWY3DP", "owner"));
        assertThat(box.open(closed, "owner")).hasValue("JBSWY3DP");
        assertThat(box.open(closed, "other")).isEmpty();
        assertThat(new SecretBox("x".repeat(32).getBytes(StandardCharsets.US_ASCII), new SecureRandom())
                        .open(closed, "owner"))
                .isEmpty();
        assertThat(box.open(closed.substring(0, closed.length() - 3) + "AAA", "owner"))
                .isEmpty();
        assertThat(box.open("galley1.x", "owner")).isEmpty();
        assertThat(box.open("JBSWY3DP", "owner")).hasValue("JBSWY3DP");
    }

    @Test
    void thePictureFitsIntoADataAddress() {
        String svg = QrPicture.svg("otpauth://totp/a:b?secret=JBSWY3DP");
        assertThat(svg).startsWith("<svg ").endsWith("</svg>").doesNotContain("#");
    }
}
