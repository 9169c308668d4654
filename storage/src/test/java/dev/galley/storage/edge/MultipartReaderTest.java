package dev.galley.storage.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.storage.error.StorageException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartReaderTest {
    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** As a slow network gives it: a few bytes at a time. */
    private static InputStream slow(byte[] bytes, int most) {
        Random random = new Random(7);
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] into, int at, int length) throws IOException {
                return super.read(into, at, Math.min(length, 1 + random.nextInt(most)));
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100_000})
    void partsComeWholeHoweverTheyArrive(int most) throws IOException {
        byte[] picture = new byte[200_000];
        new Random(1).nextBytes(picture);
        String near = "\r\n--boundar\r\n-\r\n--\r\r\n--boundar";
        String body = "a preamble\r\n--boundary\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n"
                + "--boundary\r\ncontent-disposition: form-data; name=\"\"; filename=\"blob\"\r\nContent-Type: image/png\r\n\r\n"
                + new String(picture, StandardCharsets.ISO_8859_1) + near + "\r\n--boundary--\r\nan epilogue";

        MultipartReader reader =
                MultipartReader.of(slow(latin(body), most), "multipart/form-data; boundary=\"boundary\"");
        var field = reader.next().orElseThrow();
        assertThat(field.name()).isEqualTo("a");
        assertThat(field.fileName()).isEmpty();
        assertThat(field.text(10, "a")).isEqualTo("one");
        var file = reader.next().orElseThrow();
        assertThat(file.name()).isEmpty();
        assertThat(file.fileName()).contains("blob");
        assertThat(file.contentType()).contains("image/png");
        assertThat(file.content().readAllBytes())
                .isEqualTo(latin(new String(picture, StandardCharsets.ISO_8859_1) + near));
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void aPartThatIsNotReadIsPassedOver() throws IOException {
        String body = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nlong\r\n--b\r\n"
                + "Content-Disposition: form-data; name=b\r\n\r\n\r\n--b--";
        MultipartReader reader = MultipartReader.of(slow(latin(body), 3), "multipart/form-data; boundary=b");
        assertThat(reader.next().orElseThrow().name()).isEqualTo("a");
        var second = reader.next().orElseThrow();
        assertThat(second.name()).isEqualTo("b");
        assertThat(second.content().readAllBytes()).isEmpty();
        assertThat(reader.next()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--b",
                "--b\r\n",
                "--b\r\nno colon\r\n\r\nx\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nnever ends"
            })
    void whatIsNoFormIsRefused(String body) {
        MultipartReader reader = MultipartReader.of(slow(latin(body), 5), "multipart/form-data; boundary=b");
        assertThatThrownBy(() -> reader.next().orElseThrow().content().readAllBytes())
                .isInstanceOf(StorageException.class);
    }

    @Test
    void headersAndFieldsAreBounded() throws IOException {
        String headers = "--b\r\nContent-Disposition: form-data; name=" + "a".repeat(20_000) + "\r\n\r\nx\r\n--b--";
        MultipartReader long1 = MultipartReader.of(slow(latin(headers), 5000), "multipart/form-data; boundary=b");
        assertThatThrownBy(long1::next).isInstanceOf(StorageException.class);
        String field = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n" + "x".repeat(100) + "\r\n--b--";
        var part = MultipartReader.of(slow(latin(field), 5000), "multipart/form-data; boundary=b")
                .next()
                .orElseThrow();
        assertThatThrownBy(() -> part.text(99, "a")).isInstanceOf(StorageException.class);
    }
}
