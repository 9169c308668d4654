package dev.galley.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EdgeErrorTest {

    @Test
    void documentsEveryCodeWithItsStatusOnce() throws Exception {
        String page = Files.readString(Path.of("../docs/edge-errors.md"));
        for (EdgeError error : EdgeError.values()) {
            assertThat(page).contains("| " + error.code() + " | " + error.status() + " | ");
        }
        assertThat(Arrays.stream(EdgeError.values()).map(EdgeError::code)).doesNotHaveDuplicates();
    }
}
