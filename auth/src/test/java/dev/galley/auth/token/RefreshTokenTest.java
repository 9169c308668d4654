package dev.galley.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RefreshTokenTest {
    private static final byte[] KEY = new byte[32];

    @Test
    void whatWasEncodedIsRead() {
        UUID session = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
        for (long counter : new long[] {0, 1, 127, 128, 16_384, Integer.MAX_VALUE, Long.MAX_VALUE >>> 8}) {
            RefreshToken read = RefreshToken.parse(RefreshToken.encode(session, counter, KEY))
                    .orElseThrow();
            assertThat(read.session()).isEqualTo(session);
            assertThat(read.counter()).isEqualTo(counter);
            assertThat(read.signedWith(KEY)).isTrue();
            assertThat(read.signedWith(new byte[] {1})).isFalse();
        }
    }

    @Test
    void theFormIsThatOfTheProtocol() {
        byte[] bytes = Base64.getUrlDecoder()
                .decode(RefreshToken.encode(UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"), 300, KEY));
        assertThat(bytes).hasSize(1 + 16 + 2 + 16 + 4);
        assertThat(bytes[0]).isZero();
        assertThat(bytes[1]).isEqualTo((byte) 0x01);
        assertThat(bytes[17]).isEqualTo((byte) 0xac);
        assertThat(bytes[18]).isEqualTo((byte) 0x02);
    }

    @Test
    void anythingElseIsNone() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            assertThat(RefreshToken.parse(
                            Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)))
                    .isEmpty();
        }
        assertThat(RefreshToken.parse("")).isEqualTo(Optional.empty());
        assertThat(RefreshToken.parse("not base64 !")).isEmpty();
        assertThat(RefreshToken.parse("A".repeat(10_000))).isEmpty();
    }
}
