package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShapeTest {
    private static final long LIMIT = Duration.ofMillis(10).toNanos();
    private final Shape shape = new Shape.Book().of("select 1");

    @Test
    void isQuickAfterTwoQuickRunsOnly() {
        assertThat(shape.isKnown()).isFalse();
        shape.took(1000);
        assertThat(shape.isQuick(LIMIT, 0)).isFalse();
        shape.took(1000);
        assertThat(shape.isQuick(LIMIT, 0)).isTrue();
    }

    @Test
    void slowRunsTakeItOutAndQuickOnesBringItBack() {
        shape.took(1000);
        shape.took(Duration.ofSeconds(1).toNanos());
        assertThat(shape.isQuick(LIMIT, 0)).isFalse();
        assertThat(shape.isSlow()).isTrue();
        for (int i = 0; i < 30; i++) {
            shape.took(1000);
        }
        assertThat(shape.isQuick(LIMIT, 0)).isTrue();
        assertThat(shape.isSlow()).isFalse();
    }

    @Test
    void aBarIsShortAtFirstAndLongerAtEveryStrike() {
        shape.took(1000);
        shape.took(1000);
        long now = 0;
        for (long millis : new long[] {500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000}) {
            long bar = Duration.ofMillis(millis).toNanos();
            shape.bar(now);
            assertThat(shape.isQuick(LIMIT, now + bar - 1)).isFalse();
            assertThat(shape.isQuick(LIMIT, now + bar)).isTrue();
            now += bar;
        }
    }

    @Test
    void manyQuickRunsTakeAStrikeBack() {
        shape.bar(0);
        shape.bar(0);
        for (int i = 0; i < 256; i++) {
            shape.took(1000);
        }
        shape.bar(0); // the second strike again
        assertThat(shape.isQuick(LIMIT, Duration.ofMillis(1000).toNanos() - 1)).isFalse();
        assertThat(shape.isQuick(LIMIT, Duration.ofMillis(1000).toNanos())).isTrue();
    }

    @Test
    void theBookIsNotFilledWithLongStatements() {
        Shape.Book book = new Shape.Book();
        String usual = "x".repeat(8000);
        String monstrous = "x".repeat(10_000);
        assertThat(book.of(usual)).isSameAs(book.of(usual));
        assertThat(book.of(monstrous)).isNotSameAs(book.of(monstrous));
    }
}
