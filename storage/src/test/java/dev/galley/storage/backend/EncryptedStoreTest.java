package dev.galley.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.settings.SettingsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptedStoreTest {
    private static final String FIRST = key(1);
    private static final String SECOND = key(2);

    @TempDir
    Path folder;

    private LocalDisk disk;
    private EncryptedStore store;
    private final String version = UUID.randomUUID().toString();

    @BeforeEach
    void open() throws IOException {
        disk = new LocalDisk(folder, false);
        store = new EncryptedStore(disk, List.of(FIRST), true);
    }

    private static String key(int seed) {
        byte[] key = new byte[32];
        new Random(seed).nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    private static byte[] content(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] read(ObjectStore from, String version, long at, long length) throws IOException {
        try (InputStream in = from.read(version, at, length)) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 65_536, 65_537, 131_000, 400_000})
    void whatIsWrittenIsReadWholeAndInPartsAndIsNotOnTheDisk(int size) throws IOException {
        byte[] content = content(size);
        store.write(version, new ByteArrayInputStream(content));

        assertThat(store.length(version)).isEqualTo(size);
        assertThat(read(store, version, 0, size)).isEqualTo(content);
        assertThat(read(store, version, size / 2, size - size / 2))
                .isEqualTo(Arrays.copyOfRange(content, size / 2, size));
        assertThat(store.verify(version)).isTrue();
        byte[] sealed = read(disk, version, 0, disk.length(version));
        if (size >= 1000) {
            assertThat(new String(sealed, java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain(new String(content, 500, 16, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void theBytesOfAnotherObjectAreNotTakenForIts() throws IOException {
        String other = UUID.randomUUID().toString();
        store.write(version, new ByteArrayInputStream(content(1000)));
        disk.copy(version, other, 0);

        assertThatThrownBy(() -> read(store, other, 0, 1000)).isInstanceOf(IOException.class);
        assertThat(store.verify(other)).isFalse();

        store.copy(version, UUID.randomUUID().toString(), 1000);
    }

    @Test
    void keysAreTurnedOverAndOldObjectsBroughtAlong() throws IOException {
        store.write(version, new ByteArrayInputStream(content(70_000)));
        String plain = UUID.randomUUID().toString();
        disk.write(plain, new ByteArrayInputStream(content(300)));

        EncryptedStore turned = new EncryptedStore(disk, List.of(SECOND, FIRST), true);
        assertThat(read(turned, version, 0, 70_000)).isEqualTo(content(70_000));
        assertThat(read(turned, plain, 0, 300)).isEqualTo(content(300));
        assertThat(turned.rewrite(version)).isTrue();
        assertThat(turned.rewrite(version)).isFalse();
        assertThat(turned.rewriteAll()).isEqualTo(1);
        assertThat(turned.rewriteAll()).isZero();

        EncryptedStore without = new EncryptedStore(disk, List.of(SECOND), false);
        assertThat(read(without, version, 0, 70_000)).isEqualTo(content(70_000));
        assertThat(read(without, plain, 0, 300)).isEqualTo(content(300));
        assertThatThrownBy(() -> read(store, version, 0, 1)).isInstanceOf(DamagedObject.class);
    }

    @Test
    void plainObjectsAreRefusedWhereEncryptionIsRequired() throws IOException {
        disk.write(version, new ByteArrayInputStream(content(300)));
        EncryptedStore strict = new EncryptedStore(disk, List.of(FIRST), false);
        assertThatThrownBy(() -> read(strict, version, 0, 1)).isInstanceOf(DamagedObject.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c2hvcnQ=", "not base64 !!"})
    void aKeyOfAnotherFormIsRefusedWithoutRepeatingIt(String key) {
        assertThatThrownBy(() -> new EncryptedStore(disk, List.of(key), true))
                .isInstanceOf(SettingsException.class)
                .hasMessage("storage.encryption-keys: a key must be 32 bytes in base64");
    }
}
