package dev.galley.storage;

import static dev.galley.storage.StorageServer.SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.PostgresSettings;
import dev.galley.settings.Settings;
import dev.galley.storage.backend.LocalDisk;
import dev.galley.storage.object.Scrubber;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ScrubberTest {
    @Test
    void findsWhatIsDamagedMissingAndNobodys() throws Exception {
        try (StorageServer server = new StorageServer(
                        "", "storage.buckets.open.public=true", "storage.buckets.open.file_size_limit=1MiB");
                PlatformDatabase database = PlatformDatabase.open(
                        server.database, PostgresSettings.from(new Settings()).pool())) {
            assertThat(server.sql("select public || ' ' || file_size_limit from storage.buckets"))
                    .containsExactly("true 1048576");
            for (String name : new String[] {"whole", "flipped", "gone"}) {
                server.upload(SERVICE, "open/" + name, name);
            }
            Path flipped = file(server, "flipped");
            byte[] bytes = Files.readAllBytes(flipped);
            bytes[0]++;
            Files.write(flipped, bytes);
            Files.delete(file(server, "gone"));
            LocalDisk disk = new LocalDisk(server.folder, false);
            String orphan = UUID.randomUUID().toString();
            disk.write(orphan, new ByteArrayInputStream(bytes));

            Scrubber.Report report = new Scrubber(database, disk, 0).scrub(true);

            assertThat(report.whole()).isEqualTo(1);
            assertThat(report.damaged()).containsExactly("open/flipped");
            assertThat(report.missing()).containsExactly("open/gone");
            assertThat(report.orphans()).containsExactly(orphan);
            assertThat(new Scrubber(database, disk, 0).scrub(false).orphans()).isEmpty();
            assertThat(server.get(null, "/object/public/open/flipped").statusCode())
                    .isEqualTo(500);
        }
    }

    private static Path file(StorageServer server, String name) throws Exception {
        String version = server.sql("select version from storage.objects where name = '" + name + "'")
                .getFirst();
        return server.files().stream()
                .filter(each -> each.getFileName().toString().equals(version))
                .findFirst()
                .orElseThrow();
    }
}
