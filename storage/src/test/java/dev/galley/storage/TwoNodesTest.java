package dev.galley.storage;

import static dev.galley.storage.StorageServer.SERVICE;
import static dev.galley.storage.StorageServer.bytes;
import static dev.galley.storage.StorageServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two nodes over one database and one folder. */
class TwoNodesTest {
    @Test
    void whatOneTakesTheOtherGivesAndGoesOnWith() throws Exception {
        try (StorageServer one = new StorageServer(
                        "insert into storage.buckets (id, name, public) values ('open', 'open', true)");
                StorageServer other = new StorageServer(one.database, one.folder, "")) {
            one.upload(SERVICE, "open/a.txt", "from one");
            assertThat(text(other.get(null, "/object/public/open/a.txt"))).isEqualTo("from one");
            other.upload(SERVICE, "open/a.txt", "from the other", "x-upsert", "true");
            assertThat(text(one.get(null, "/object/public/open/a.txt"))).isEqualTo("from the other");

            var created = one.send(
                    SERVICE,
                    "POST",
                    "/upload/resumable",
                    new byte[0],
                    "Tus-Resumable",
                    "1.0.0",
                    "Upload-Length",
                    "6",
                    "Upload-Metadata",
                    "bucketName " + base64("open") + ",objectName " + base64("tus.txt"));
            String path =
                    created.headers().firstValue("location").orElseThrow().substring(StorageService.PREFIX.length());
            assertThat(patch(one, path, 0, "abc")).isEqualTo(204);
            assertThat(patch(other, path, 3, "def")).isEqualTo(204);
            assertThat(text(one.get(null, "/object/public/open/tus.txt"))).isEqualTo("abcdef");

            other.json(SERVICE, "DELETE", "/object/open", "{'prefixes':['a.txt','tus.txt']}");
            assertThat(one.get(null, "/object/public/open/a.txt").statusCode()).isEqualTo(400);
            Eventually.holds(() -> one.files().isEmpty()
                    && one.sql("select count(*) from galley.object_garbage").equals(List.of("0")));
        }
    }

    private static int patch(StorageServer node, String path, long offset, String content) throws Exception {
        return node.send(
                        SERVICE,
                        "PATCH",
                        path,
                        bytes(content),
                        "Tus-Resumable",
                        "1.0.0",
                        "Upload-Offset",
                        Long.toString(offset),
                        "Content-Type",
                        "application/offset+octet-stream")
                .statusCode();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(bytes(text));
    }
}
