package dev.galley.storage;

import static dev.galley.storage.StorageServer.ALICE;
import static dev.galley.storage.StorageServer.ANON;
import static dev.galley.storage.StorageServer.BOB;
import static dev.galley.storage.StorageServer.SERVICE;
import static dev.galley.storage.StorageServer.bytes;
import static dev.galley.storage.StorageServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Resumable uploads by the protocol itself. */
class TusTest {
    private static StorageServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new StorageServer("""
                insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
                values ('open', 'open', true, null, null), ('small', 'small', true, 10, '{text/plain}');
                create policy users_upload on storage.objects for insert to authenticated with check (bucket_id = 'open');
                """);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<byte[]> create(String caller, String bucket, String name, String... more)
            throws IOException, InterruptedException {
        List<String> headers =
                new ArrayList<>(List.of("Tus-Resumable", "1.0.0", "Upload-Metadata", metadata(bucket, name)));
        headers.addAll(List.of(more));
        return server.send(caller, "POST", "/upload/resumable", new byte[0], headers.toArray(String[]::new));
    }

    private static String metadata(String bucket, String name) {
        return "bucketName " + base64(bucket) + ",objectName " + base64(name) + ",contentType " + base64("text/plain")
                + ",cacheControl " + base64("60") + ",metadata " + base64("{\"a\":1}");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(bytes(text));
    }

    /** The path behind the prefix of the service. */
    private static String location(HttpResponse<byte[]> created) {
        return created.headers().firstValue("location").orElseThrow().substring(StorageService.PREFIX.length());
    }

    private static HttpResponse<byte[]> patch(
            @Nullable String caller, String path, long offset, String content, String... more)
            throws IOException, InterruptedException {
        List<String> headers = new ArrayList<>(List.of(
                "Tus-Resumable",
                "1.0.0",
                "Upload-Offset",
                Long.toString(offset),
                "Content-Type",
                "application/offset+octet-stream"));
        headers.addAll(List.of(more));
        return server.send(caller, "PATCH", path, bytes(content), headers.toArray(String[]::new));
    }

    private static HttpResponse<byte[]> head(@Nullable String caller, String path)
            throws IOException, InterruptedException {
        return server.send(caller, "HEAD", path, null, "Tus-Resumable", "1.0.0");
    }

    private static String offset(HttpResponse<byte[]> answer) {
        return answer.headers().firstValue("upload-offset").orElse("none");
    }

    @Test
    void partsBecomeOneObject() throws Exception {
        var created = create(ALICE, "open", "parts.txt", "Upload-Length", "11");
        assertThat(created.statusCode()).as(text(created)).isEqualTo(201);
        String path = location(created);
        assertThat(offset(head(ALICE, path))).isEqualTo("0");

        assertThat(offset(patch(ALICE, path, 0, "hello "))).isEqualTo("6");
        assertThat(patch(ALICE, path, 0, "again").statusCode()).isEqualTo(409);
        assertThat(offset(head(ALICE, path))).isEqualTo("6");
        assertThat(server.get(null, "/object/public/open/parts.txt").statusCode())
                .isEqualTo(400);
        var last = patch(ALICE, path, 6, "world");
        assertThat(last.statusCode()).as(text(last)).isEqualTo(204);

        var object = server.get(null, "/object/public/open/parts.txt");
        assertThat(text(object)).isEqualTo("hello world");
        assertThat(object.headers().firstValue("cache-control")).contains("max-age=60");
        assertThat(object.headers().firstValue("etag")).contains("\"5eb63bbbe01eeed093cb22bb8f5acdc3\"");
        assertThat(offset(head(ALICE, path))).isEqualTo("11");
        assertThat(server.send(ALICE, "DELETE", path, null, "Tus-Resumable", "1.0.0")
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.sql("select owner_id from storage.objects where name = 'parts.txt'"))
                .containsExactly(ALICE.substring(ALICE.indexOf('/') + 1));
        Eventually.holds(() -> server.files().size()
                == Integer.parseInt(
                        server.sql("select count(*) from storage.objects").getFirst()));
    }

    @Test
    void nobodyElseGoesOnWithAnUpload() throws Exception {
        String path = location(create(ALICE, "open", "mine.txt", "Upload-Length", "5"));
        assertThat(patch(BOB, path, 0, "of bo").statusCode()).isEqualTo(404);
        assertThat(head(BOB, path).statusCode()).isEqualTo(404);
        assertThat(server.send(BOB, "DELETE", path, null, "Tus-Resumable", "1.0.0")
                        .statusCode())
                .isEqualTo(404);
        assertThat(patch(null, path.replace("/resumable/", "/resumable/sign/"), 0, "of no")
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.send(ALICE, "DELETE", path, null, "Tus-Resumable", "1.0.0")
                        .statusCode())
                .isEqualTo(204);
        assertThat(head(ALICE, path).statusCode()).isEqualTo(404);
    }

    @Test
    void rulesHoldFromTheStart() throws Exception {
        assertThat(create(ANON, "open", "x.txt", "Upload-Length", "5").statusCode())
                .isEqualTo(403);
        assertThat(create(SERVICE, "small", "x.txt", "Upload-Length", "11").statusCode())
                .isEqualTo(413);
        assertThat(create(SERVICE, "open", "../x.txt", "Upload-Length", "5").statusCode())
                .isEqualTo(400);
        assertThat(create(SERVICE, "open", "x.txt").statusCode()).isEqualTo(400);
        assertThat(create(SERVICE, "none", "x.txt", "Upload-Length", "5").statusCode())
                .isEqualTo(404);
        assertThat(server.send(SERVICE, "POST", "/upload/resumable", new byte[0])
                        .statusCode())
                .isEqualTo(412);
        String path = location(create(SERVICE, "open", "long.txt", "Upload-Length", "5"));
        assertThat(patch(SERVICE, path, 0, "longer than five").statusCode()).isEqualTo(413);
        assertThat(offset(head(SERVICE, path))).isEqualTo("0");
    }

    @Test
    void aSignedUploadNeedsItsSignatureEveryTime() throws Exception {
        String token = server.json(SERVICE, "POST", "/object/upload/sign/open/signed.txt", "{}")
                .path("token")
                .stringValue();
        var created = server.send(
                null,
                "POST",
                "/upload/resumable/sign",
                new byte[0],
                "Tus-Resumable",
                "1.0.0",
                "Upload-Length",
                "2",
                "Upload-Metadata",
                metadata("open", "signed.txt"),
                "x-signature",
                token);
        assertThat(created.statusCode()).as(text(created)).isEqualTo(201);
        String path = location(created);
        assertThat(patch(null, path, 0, "ok").statusCode()).isEqualTo(400);
        assertThat(patch(null, path, 0, "ok", "x-signature", token).statusCode())
                .isEqualTo(204);
        assertThat(text(server.get(null, "/object/public/open/signed.txt"))).isEqualTo("ok");
        assertThat(server.send(
                                null,
                                "POST",
                                "/upload/resumable/sign",
                                new byte[0],
                                "Tus-Resumable",
                                "1.0.0",
                                "Upload-Length",
                                "2",
                                "Upload-Metadata",
                                metadata("open", "other.txt"),
                                "x-signature",
                                token)
                        .statusCode())
                .isEqualTo(400);
    }
}
