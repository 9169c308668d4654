package dev.galley.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstFlushTest {
    @TempDir
    Path folder;

    private Path data() {
        return folder.resolve("data");
    }

    @Test
    void dataThatWereThereFromTheBeginningNeedNone() throws IOException {
        Files.createDirectory(data());
        FirstFlush flush = new FirstFlush(data());
        assertThat(flush.isDue()).isFalse();
        assertThat(flush.isTooLate()).isFalse();
        flush.await();
    }

    @Test
    void aFlushThatEndsLeavesNoMark() throws IOException {
        FirstFlush flush = new FirstFlush(data());
        flush.announce();
        Files.createDirectory(data());
        flush.begin();
        flush.await();
        assertThat(folder).isDirectoryNotContaining("glob:**.unflushed");
        assertThat(new FirstFlush(data()).isDue()).isFalse();
    }

    @Test
    void aKilledProgramOnlyHasToFlushAgain() throws IOException {
        new FirstFlush(data()).announce();
        Files.createDirectory(data());
        FirstFlush next = new FirstFlush(data());
        assertThat(next.isDue()).isTrue();
        assertThat(next.isTooLate()).isFalse();
    }

    @Test
    void afterAnotherBootTheDataAreNotTrusted() throws IOException {
        new FirstFlush(data()).announce();
        Files.writeString(folder.resolve("data.unflushed"), "00000000-0000-0000-0000-000000000000\n");
        Files.createDirectory(data());
        assertThat(new FirstFlush(data()).isTooLate()).isTrue();
    }
}
