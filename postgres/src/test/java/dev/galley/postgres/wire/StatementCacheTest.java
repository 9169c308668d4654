package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StatementCacheTest {
    private final StatementCache cache = new StatementCache(2, "p_");

    @Test
    void keepsOneStatementForEachRole() {
        byte[] anon = cache.add("select 1", "anon");
        byte[] user = cache.add("select 1", "user");
        assertThat(cache.find("select 1", "anon")).isSameAs(anon).isNotEqualTo(user);
        assertThat(cache.find("select 1", "other")).isNull();
    }

    @Test
    void closesTheLeastRecentlyUsedAndNeverUsesANameTwice() {
        byte[] first = cache.add("a", "");
        byte[] second = cache.add("b", "");
        cache.find("a", "");
        cache.add("c", "");
        assertThat(cache.toClose()).containsExactly(second);
        assertThat(cache.find("a", "")).isSameAs(first);
        cache.forget(first);
        assertThat(cache.find("a", "")).isNull();
        assertThat(new String(cache.add("a", ""), StandardCharsets.US_ASCII)).isEqualTo("p_3");
        cache.forgetAll();
        assertThat(cache.size()).isZero();
        assertThat(cache.toClose()).hasSize(4);
    }

    @Test
    void longStatementsDriveOutSeveralOthersAndVeryLongOnesAreNotKept() {
        StatementCache roomy = new StatementCache(20, "p_");
        for (int i = 0; i < 10; i++) {
            roomy.add("select " + i, "");
        }
        for (int i = 0; i < 100; i++) {
            roomy.add("x".repeat(10_000) + i, "");
            assertThat(roomy.size()).isLessThanOrEqualTo(12);
        }
        assertThat(roomy.size()).isEqualTo(2);
        assertThat(roomy.toClose()).hasSize(108);

        String huge = "x".repeat(20_000);
        byte[] name = roomy.add(huge, "");
        assertThat(roomy.find(huge, "")).isNull();
        assertThat(roomy.toClose()).last().isSameAs(name);
        assertThat(roomy.size()).isEqualTo(2);
    }

    @Test
    void whatIsForgottenLeavesRoom() {
        StatementCache roomy = new StatementCache(20, "p_");
        for (int i = 0; i < 100; i++) {
            roomy.forget(roomy.add("x".repeat(10_000), ""));
        }
        byte[] kept = roomy.add("a".repeat(10_000), "");
        roomy.add("b".repeat(10_000), "");
        assertThat(roomy.find("a".repeat(10_000), "")).isSameAs(kept);
    }
}
