package dev.galley.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalDiskTest {
    private static final int BLOCK = Checksums.BLOCK;

    @TempDir
    Path folder;

    private LocalDisk disk;
    private final String version = UUID.randomUUID().toString();

    @BeforeEach
    void open() throws IOException {
        disk = new LocalDisk(folder, true);
    }

    private static byte[] content(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private byte[] read(long from, long length) throws IOException {
        try (InputStream in = disk.read(version, from, length)) {
            return in.readAllBytes();
        }
    }

    private Path file() {
        return folder.resolve("objects").resolve(version.substring(0, 2)).resolve(version);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 5 * BLOCK + 17})
    void whatIsWrittenIsReadWholeAndInParts(int size) throws IOException {
        byte[] content = content(size);
        disk.write(version, new ByteArrayInputStream(content));

        assertThat(read(0, size)).isEqualTo(content);
        assertThat(disk.verify(version)).isTrue();
        for (int from : new int[] {0, size / 3, Math.max(0, size - 1)}) {
            for (int to : new int[] {from, Math.min(size, from + 10), size}) {
                assertThat(read(from, to - from)).isEqualTo(Arrays.copyOfRange(content, from, to));
            }
        }
        assertThat(folder.resolve("staging")).isEmptyDirectory();
    }

    @Test
    void aFlippedBitIsFoundWhereverItIs() throws IOException {
        disk.write(version, new ByteArrayInputStream(content(2 * BLOCK + 100)));
        byte[] file = Files.readAllBytes(file());
        for (int at : new int[] {0, BLOCK, 2 * BLOCK + 99, 2 * BLOCK + 100, file.length - 13, file.length - 1}) {
            byte[] damaged = file.clone();
            damaged[at] ^= 4;
            Files.write(file(), damaged);
            assertThat(disk.verify(version)).as("byte " + at).isFalse();
            assertThatThrownBy(() -> read(0, 2 * BLOCK + 100)).isInstanceOf(DamagedObject.class);
        }
        Files.write(file(), Arrays.copyOf(file, file.length - 5));
        assertThatThrownBy(() -> read(0, 1)).isInstanceOf(DamagedObject.class);
        assertThatThrownBy(() -> read(0, 3 * BLOCK)).isInstanceOf(DamagedObject.class);
    }

    @Test
    void aStreamThatBreaksLeavesNothing() {
        InputStream breaks = new InputStream() {
            private int left = 100_000;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int at, int length) throws IOException {
                if (left <= 0) {
                    throw new IOException("the client is gone");
                }
                left -= length;
                return length;
            }
        };
        assertThatThrownBy(() -> disk.write(version, breaks)).hasMessage("the client is gone");
        assertThat(file()).doesNotExist();
        assertThat(folder.resolve("staging")).isEmptyDirectory();
    }

    @Test
    void aCopyOutlivesItsOriginal() throws IOException {
        String copy = UUID.randomUUID().toString();
        disk.write(version, new ByteArrayInputStream(content(1000)));
        disk.copy(version, copy, 1000);
        disk.delete(version);
        disk.delete(version);

        assertThatThrownBy(() -> read(0, 1)).isInstanceOf(MissingObject.class);
        try (InputStream in = disk.read(copy, 0, 1000)) {
            assertThat(in.readAllBytes()).isEqualTo(content(1000));
        }
        List<String> all = new ArrayList<>();
        disk.forEach(each -> all.add(each.version()));
        assertThat(all).containsExactly(copy);
        assertThatThrownBy(() -> disk.copy(version, UUID.randomUUID().toString(), 1))
                .isInstanceOf(MissingObject.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../../etc/passwd", "a", "00000000-0000-0000-0000-00000000000G", "x/../y"})
    void onlyVersionsAreNames(String name) throws IOException {
        assertThatThrownBy(() -> disk.read(name, 0, 1)).isInstanceOf(MissingObject.class);
        assertThatThrownBy(() -> disk.write(name, InputStream.nullInputStream()))
                .isInstanceOf(MissingObject.class);
        disk.delete(name);
    }
}
