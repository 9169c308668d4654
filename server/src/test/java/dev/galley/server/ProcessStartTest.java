package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProcessStartTest {
    private final ProcessHandle self = ProcessHandle.current();

    @Test
    void isTheSameEveryTimeAndAnotherForAnotherProcess() throws Exception {
        assertThat(ProcessStart.of(self)).isEqualTo(ProcessStart.of(self)).doesNotContain("\n");
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            assertThat(ProcessStart.of(other.toHandle())).isNotEqualTo(ProcessStart.of(self));
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void doesNotComeFromTheClock() {
        String year =
                Integer.toString(Instant.now().atZone(java.time.ZoneOffset.UTC).getYear());
        assertThat(ProcessStart.of(self)).contains("/").doesNotContain(year + "-");
    }

    @Test
    void theAgeIsAboutTheJvmsOwn() {
        Duration jvm = Duration.ofMillis(
                java.lang.management.ManagementFactory.getRuntimeMXBean().getUptime());
        assertThat(ProcessStart.age()).isBetween(jvm.minusMillis(50), jvm.plusSeconds(10));
    }
}
