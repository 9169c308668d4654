package dev.galley.storage;

import static dev.galley.storage.StorageServer.ALICE;
import static dev.galley.storage.StorageServer.ANON;
import static dev.galley.storage.StorageServer.BOB;
import static dev.galley.storage.StorageServer.SERVICE;
import static dev.galley.storage.StorageServer.bytes;
import static dev.galley.storage.StorageServer.refusal;
import static dev.galley.storage.StorageServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Objects as callers with different rights see them. */
class ObjectsTest {
    /** Everybody reads and writes below a folder of their own name in "mine", nobody else's; "open" is public. */
    private static final String POLICIES = """
            insert into storage.buckets (id, name, public) values ('open', 'open', true), ('mine', 'mine', false);
            create policy own_files on storage.objects to authenticated
              using (bucket_id = 'mine' and (storage.foldername(name))[1] = (select auth.uid()::text))
              with check (bucket_id = 'mine' and (storage.foldername(name))[1] = (select auth.uid()::text));
            """;

    private static final String A = ALICE.substring(ALICE.indexOf('/') + 1);

    private static StorageServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new StorageServer(POLICIES);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whatWasUploadedIsDownloaded() throws Exception {
        var stored = server.upload(
                SERVICE, "open/a/one.txt", "hello", "Content-Type", "text/plain", "Cache-Control", "max-age=60");
        assertThat(stored.statusCode()).as(text(stored)).isEqualTo(200);
        assertThat(text(stored)).contains("\"Key\":\"open/a/one.txt\"").contains("\"Id\":\"");

        var answer = server.get(null, "/object/public/open/a/one.txt");

        assertThat(text(answer)).isEqualTo("hello");
        assertThat(answer.headers().map())
                .containsEntry("content-type", java.util.List.of("text/plain"))
                .containsEntry("cache-control", java.util.List.of("max-age=60"))
                .containsEntry("etag", java.util.List.of("\"5d41402abc4b2a76b9719d911017c592\""))
                .containsEntry("accept-ranges", java.util.List.of("bytes"))
                .containsEntry("content-length", java.util.List.of("5"))
                .containsEntry("x-content-type-options", java.util.List.of("nosniff"));
    }

    @Test
    void rowLevelSecurityDecidesWhoUploadsAndReads() throws Exception {
        String path = "mine/" + A + "/secret.txt";
        assertThat(server.upload(ALICE, path, "of alice").statusCode()).isEqualTo(200);

        var denied = server.upload(BOB, "mine/" + A + "/forged.txt", "of bob");
        assertThat(denied.statusCode()).isEqualTo(400);
        assertThat(text(denied))
                .isEqualTo("{\"statusCode\":\"403\",\"error\":\"Unauthorized\","
                        + "\"message\":\"new row violates row-level security policy\",\"code\":\"AccessDenied\"}");

        assertThat(text(server.get(ALICE, "/object/" + path))).isEqualTo("of alice");
        assertThat(text(server.get(ALICE, "/object/authenticated/" + path))).isEqualTo("of alice");
        assertThat(refusal(server.get(BOB, "/object/" + path))).isEqualTo("404 NoSuchKey");
        assertThat(refusal(server.get(ANON, "/object/" + path))).isEqualTo("404 NoSuchKey");
        assertThat(refusal(server.get(null, "/object/" + path))).isEqualTo("404 NoSuchBucket");
        assertThat(refusal(server.get(null, "/object/public/" + path))).isEqualTo("404 NoSuchBucket");
        assertThat(refusal(server.get(null, "/object/authenticated/" + path))).isEqualTo("403 AccessDenied");
        assertThat(server.sql("select count(*) from storage.objects where name like '%forged%'"))
                .containsExactly("0");
    }

    @Test
    void anObjectIsReplacedOnlyWhenThatIsAskedFor() throws Exception {
        server.upload(SERVICE, "open/twice.txt", "first");

        assertThat(refusal(server.upload(SERVICE, "open/twice.txt", "second"))).isEqualTo("409 KeyAlreadyExists");
        assertThat(text(server.get(null, "/object/public/open/twice.txt"))).isEqualTo("first");

        assertThat(server.upload(SERVICE, "open/twice.txt", "second", "x-upsert", "true")
                        .statusCode())
                .isEqualTo(200);
        assertThat(text(server.get(null, "/object/public/open/twice.txt"))).isEqualTo("second");
        assertThat(server.send(SERVICE, "PUT", "/object/open/twice.txt", bytes("third"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(text(server.get(null, "/object/public/open/twice.txt"))).isEqualTo("third");
    }

    @Test
    void aFormIsTakenTooWithFieldsBeforeTheFile() throws Exception {
        String form = "--b\r\nContent-Disposition: form-data; name=\"cacheControl\"\r\n\r\n3600\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{\"author\":\"me\"}\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\n"
                + "not\r\n--a picture\r\n--b--\r\n";
        var stored = server.upload(SERVICE, "open/form.png", form, "Content-Type", "multipart/form-data; boundary=b");
        assertThat(stored.statusCode()).as(text(stored)).isEqualTo(200);

        var answer = server.get(null, "/object/public/open/form.png");
        assertThat(text(answer)).isEqualTo("not\r\n--a picture");
        assertThat(answer.headers().firstValue("content-type")).contains("image/png");
        assertThat(answer.headers().firstValue("cache-control")).contains("max-age=3600");
        assertThat(text(server.get(null, "/object/info/public/open/form.png")))
                .contains("\"metadata\":{\"author\":\"me\"}")
                .contains("\"size\":16");
    }

    @Test
    void partsAndConditionsAreAnswered() throws Exception {
        server.upload(SERVICE, "open/range.txt", "0123456789");
        String path = "/object/public/open/range.txt";

        var part = server.get(null, path, "Range", "bytes=2-4");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(text(part)).isEqualTo("234");
        assertThat(part.headers().firstValue("content-range")).contains("bytes 2-4/10");
        assertThat(text(server.get(null, path, "Range", "bytes=-3"))).isEqualTo("789");
        assertThat(text(server.get(null, path, "Range", "bytes=8-100"))).isEqualTo("89");
        assertThat(server.get(null, path, "Range", "bytes=10-").statusCode()).isEqualTo(416);

        String etag = part.headers().firstValue("etag").orElseThrow();
        assertThat(server.get(null, path, "If-None-Match", etag).statusCode()).isEqualTo(304);
        assertThat(server.get(null, path, "If-None-Match", "\"other\"").statusCode())
                .isEqualTo(200);
        String modified = part.headers().firstValue("last-modified").orElseThrow();
        assertThat(server.get(null, path, "If-Modified-Since", modified).statusCode())
                .isEqualTo(304);
        assertThat(text(server.get(null, path, "Range", "bytes=0-0", "If-Range", "\"old\"")))
                .isEqualTo("0123456789");
        var head = server.send(null, "HEAD", path, null);
        assertThat(head.headers().firstValue("content-length")).contains("10");
    }

    @Test
    void removedObjectsAreGoneWithTheirBytes() throws Exception {
        server.upload(SERVICE, "open/gone/1.txt", "1");
        server.upload(SERVICE, "open/gone/2.txt", "2");
        String version = server.sql("select version from storage.objects where name = 'gone/1.txt'")
                .getFirst();

        var removed = server.json(SERVICE, "DELETE", "/object/open", "{'prefixes':['gone/1.txt','gone/none.txt']}");

        assertThat(removed).hasSize(1);
        assertThat(removed.get(0).path("name").stringValue()).isEqualTo("gone/1.txt");
        assertThat(refusal(server.get(null, "/object/public/open/gone/1.txt"))).isEqualTo("404 NoSuchKey");
        Eventually.holds(() -> server.files().stream()
                .noneMatch(file -> file.getFileName().toString().equals(version)));
        assertThat(server.sql("select count(*) from galley.object_garbage where version = '" + version + "'"))
                .containsExactly("0");
    }

    @Test
    void userMetadataComesInAHeader() throws Exception {
        String metadata = Base64.getEncoder().encodeToString(bytes("{\"a\":{\"b\":[1,2]}}"));
        server.upload(SERVICE, "open/meta.txt", "x", "x-metadata", metadata);

        assertThat(text(server.get(SERVICE, "/object/info/open/meta.txt")))
                .contains("\"metadata\":{\"a\":{\"b\":[1,2]}}");
    }
}
