package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aStepThatTakesLongIsNamed() {
        try (Progress progress = new Progress(out, Duration.ofMillis(1))) {
            progress.step("Starting PostgreSQL");
            await("galley: Starting PostgreSQL ..." + System.lineSeparator());
            progress.step("Reading the schema");
            await("galley: Reading the schema ...");
        }
    }

    @Test
    void aQuickOneIsNot() {
        try (Progress progress = new Progress(out, Duration.ofMinutes(1))) {
            progress.step("Starting PostgreSQL");
            progress.step("Reading the schema");
        }
        assertThat(printed()).isEmpty();
    }

    private void await(String text) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!printed().contains(text) && System.nanoTime() < deadline) Thread.onSpinWait();
        assertThat(printed()).contains(text);
    }
}
