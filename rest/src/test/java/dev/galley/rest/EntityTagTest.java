package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.http.EntityTags;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EntityTagTest {
    private static final MediaTypes.Format ROWS = MediaTypes.ROWS;

    private static String rows(String body) {
        return EntityTag.rows(Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
    }

    private static String tag(String body, MediaTypes.Format format, String range) {
        return EntityTag.of(Unpooled.copiedBuffer(body, StandardCharsets.UTF_8), format, range)
                .quoted();
    }

    @Test
    void digestsTheRowsAndNotTheirBrackets() {
        assertThat(rows("[{\"a\":1}]")).isEqualTo(rows("{\"a\":1}")).isEqualTo(rows("[{\"a\":1}"));
        assertThat(rows("[]")).isEqualTo(rows("[")).isEqualTo(rows(""));
        assertThat(rows("[{\"a\":1}]")).isNotEqualTo(rows("[{\"a\":2}]")).isNotEqualTo(rows("[{\"a\":1},{\"a\":1}]"));
    }

    @Test
    void noticesOneByteOfALargeAnswer() {
        String large = "[" + "{\"a\":\"bcdefghij\"},".repeat(5000);
        assertThat(rows(large + "{\"a\":1}]"))
                .isNotEqualTo(rows(large + "{\"a\":2}]"))
                .hasSize(22);
        assertThat(rows(large + "{\"a\":1}]")).isEqualTo(rows(large + "{\"a\":1}"));
    }

    @Test
    void tellsVariantsApart() {
        var one = MediaTypes.ONE;
        var csv = MediaTypes.LINES;
        String plain = tag("[{\"a\":1}]", ROWS, "0-0/*");
        assertThat(plain).matches("\"[A-Za-z0-9_-]{22}\"");
        assertThat(tag("{\"a\":1}", one, "0-0/*")).isNotEqualTo(plain).startsWith(plain.substring(0, 22));
        assertThat(tag("[{\"a\":1}]", ROWS, "0-0/7"))
                .isNotEqualTo(plain)
                .isNotEqualTo(tag("[{\"a\":1}]", ROWS, "0-0/8"));
        assertThat(tag("a", csv, "0-0/*")).isNotEqualTo(tag("a", ROWS, "0-0/*"));
    }

    @Test
    void readsLists() {
        EntityTags tags = EntityTags.parse(" \"one\", W/\"two\" , \"three.x\"");
        assertThat(tags.names("\"one\"")).isTrue();
        assertThat(tags.names("\"two\"")).isFalse();
        assertThat(tags.namesWeakly("\"two\"")).isTrue();
        assertThat(tags.namesRows("three")).isTrue();
        assertThat(tags.namesRows("two")).isFalse();
        assertThat(tags.namesRows("thre")).isFalse();
        assertThat(EntityTags.parse("*").any()).isTrue();
        for (String nonsense : new String[] {"", "abc", "\"open", "W/", "\"", ",,,", "*,\"a"}) {
            assertThat(EntityTags.parse(nonsense).any()).isFalse();
            assertThat(EntityTags.parse(nonsense).tags()).isEmpty();
        }
    }
}
