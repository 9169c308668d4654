package dev.galley.storage;

import static dev.galley.storage.StorageServer.SERVICE;
import static dev.galley.storage.StorageServer.bytes;
import static dev.galley.storage.StorageServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Several at once, and clients that go in the middle: rows and bytes agree, and nothing is left over. */
class ConcurrencyTest {
    private static StorageServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new StorageServer("insert into storage.buckets (id, name, public) values ('open', 'open', true)");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<Integer> atOnce(int count, Callable<Integer> request) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                running.add(threads.submit(request));
            }
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> each : running) {
                answers.add(each.get());
            }
            return answers;
        }
    }

    /** Every file belongs to a row, and every row has its file. */
    private static void nothingIsLeftOver() throws Exception {
        Eventually.holds(() -> {
            List<String> files = server.files().stream()
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
            return files.equals(server.sql("select version from storage.objects order by version collate \"C\""))
                    && server.sql("select count(*) from galley.object_garbage").equals(List.of("0"));
        });
    }

    @Test
    void ofUploadsOfOneNameOneWins() throws Exception {
        var answers = atOnce(
                8,
                () -> server.upload(SERVICE, "open/race.txt", "x".repeat(100_000))
                        .statusCode());
        assertThat(answers).containsOnlyOnce(200);
        assertThat(answers.stream().filter(status -> status == 400)).hasSize(7);
        nothingIsLeftOver();
    }

    @Test
    void upsertsOfOneNameAllSucceedAndTheLastIsWhole() throws Exception {
        var number = new java.util.concurrent.atomic.AtomicInteger();
        var answers = atOnce(
                8,
                () -> server.upload(
                                SERVICE,
                                "open/upsert.txt",
                                Integer.toString(number.incrementAndGet()).repeat(100_000),
                                "x-upsert",
                                "true")
                        .statusCode());
        assertThat(answers).containsOnly(200);
        String content = text(server.get(null, "/object/public/open/upsert.txt"));
        assertThat(content).hasSize(100_000).containsOnlyOnce(content);
        assertThat(content.chars().distinct().count()).isEqualTo(1);
        nothingIsLeftOver();
    }

    @Test
    void aDownloadOutlivesTheDeletion() throws Exception {
        byte[] content = new byte[6_000_000];
        new java.util.Random(1).nextBytes(content);
        assertThat(server.send(SERVICE, "POST", "/object/open/long.bin", content)
                        .statusCode())
                .isEqualTo(200);
        try (Socket socket = connect()) {
            socket.setReceiveBufferSize(16 * 1024);
            write(
                    socket,
                    "GET /storage/v1/object/public/open/long.bin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            InputStream in = socket.getInputStream();
            byte[] first = in.readNBytes(1000);
            server.json(SERVICE, "DELETE", "/object/open", "{'prefixes':['long.bin']}");
            nothingIsLeftOver();
            byte[] rest = in.readAllBytes();
            assertThat(first.length + rest.length).isGreaterThan(content.length);
            assertThat(java.util.Arrays.copyOfRange(rest, rest.length - 4_000_000, rest.length))
                    .isEqualTo(java.util.Arrays.copyOfRange(content, content.length - 4_000_000, content.length));
        }
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws Exception {
        try (Socket socket = connect()) {
            write(
                    socket,
                    "POST /storage/v1/object/open/half.bin HTTP/1.1\r\nHost: x\r\napikey: service_role\r\n"
                            + "Content-Length: 1000000\r\n\r\n" + "x".repeat(200_000));
            Eventually.holds(
                    () -> !server.sql("select 1 from galley.object_garbage").isEmpty());
        }
        nothingIsLeftOver();
        assertThat(server.sql("select 1 from storage.objects where name = 'half.bin'"))
                .isEmpty();
    }

    @Test
    void aNameThatMovesAwayDuringAnUploadIsFreeForIt() throws Exception {
        server.upload(SERVICE, "open/moving.txt", "old");
        try (Socket socket = connect()) {
            write(
                    socket,
                    "PUT /storage/v1/object/open/moving.txt HTTP/1.1\r\nHost: x\r\napikey: service_role\r\n"
                            + "Connection: close\r\nContent-Length: 6\r\n\r\nnew");
            Eventually.holds(
                    () -> !server.sql("select 1 from galley.object_garbage").isEmpty());
            server.json(
                    SERVICE,
                    "POST",
                    "/object/move",
                    "{'bucketId':'open','sourceKey':'moving.txt','destinationKey':'moved.txt'}");
            write(socket, "er!");
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200");
        }
        assertThat(text(server.get(null, "/object/public/open/moved.txt"))).isEqualTo("old");
        assertThat(text(server.get(null, "/object/public/open/moving.txt"))).isEqualTo("newer!");
        nothingIsLeftOver();
    }

    @Test
    void bytesThatNoRowGotAreCollectedWhenTheirTimeHasCome() throws Exception {
        String version = java.util.UUID.randomUUID().toString();
        var store = new dev.galley.storage.backend.LocalDisk(server.folder, false);
        store.write(version, new java.io.ByteArrayInputStream(bytes("of a process that was killed")));
        server.execute("insert into galley.object_garbage values ('" + version + "', now() - interval '1 second')");

        server.upload(SERVICE, "open/wakes.txt", "x", "x-upsert", "true");

        nothingIsLeftOver();
    }

    private static Socket connect() throws Exception {
        URI url = URI.create(server.url());
        return new Socket(url.getHost(), url.getPort());
    }

    private static void write(Socket socket, String text) throws Exception {
        OutputStream out = socket.getOutputStream();
        out.write(bytes(text));
        out.flush();
    }
}
