package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
    @TempDir
    Path dir;

    @Test
    void aFolderIsProbedAndLeftAsItWas() throws Exception {
        assertThat(NativeLibraries.runs(dir)).isTrue();
        assertThat(NativeLibraries.runs(dir.resolve("nowhere"))).isFalse();
        assertThat(NativeLibraries.runs(Path.of("/proc"))).isFalse();
        try (var files = Files.list(dir)) {
            assertThat(files).isEmpty();
        }
    }
}
