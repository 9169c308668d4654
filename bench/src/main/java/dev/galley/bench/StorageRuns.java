package dev.galley.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Files of a public bucket beside nginx with the same files, small ones by many connections and a large one by one. */
final class StorageRuns {
    private static final int LARGE_MIB = 1024;
    private static final int CONNECTIONS = 16;
    private static final String UPLOAD = """
            local n, thread = 0, 0
            local threads = 0
            function setup(t) threads = threads + 1; t:set("thread", threads) end
            wrk.method = "PUT"
            wrk.body = string.rep("x", %d)
            function request() n = n + 1; return wrk.format(nil, "%s" .. thread .. "-" .. n %% 500) end
            """;

    private final Runs runs;
    private final Program.Printed printed;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    StorageRuns(Runs runs, Program.Printed printed) {
        this.runs = runs;
        this.printed = printed;
    }

    void run() throws IOException {
        Path files = Folders.temporary();
        try (Source source = new Source(Nginx.serve(files))) {
            bucket();
            for (int kib : new int[] {1, 1024}) {
                small(files, source, kib);
            }
            uploads(source);
            large(files, source);
        } finally {
            Folders.delete(files);
        }
    }

    private record Source(Optional<Nginx> nginx) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (nginx.isPresent()) {
                nginx.get().close();
            }
        }
    }

    private void bucket() {
        String body = "{\"id\":\"bench\",\"name\":\"bench\",\"public\":true}";
        send("POST", "/storage/v1/bucket", HttpRequest.BodyPublishers.ofString(body), "application/json");
    }

    private void small(Path files, Source source, int kib) throws IOException {
        String name = kib + "k.bin";
        byte[] bytes = new byte[kib * 1024];
        new Random(kib).nextBytes(bytes);
        Files.write(files.resolve(name), bytes);
        send(
                "PUT",
                "/storage/v1/object/bench/" + name,
                HttpRequest.BodyPublishers.ofByteArray(bytes),
                "application/x-bytes");
        String path = "/storage/v1/object/public/bench/" + name;
        runs.warmUp(path, "");
        List<java.util.function.Supplier<Figures>> each = new ArrayList<>();
        each.add(() -> runs.http("download of " + kib + " KiB", path, "", CONNECTIONS));
        source.nginx()
                .ifPresent(nginx -> each.add(() ->
                        runs.elsewhere("download of " + kib + " KiB: nginx", nginx.url() + name, "", CONNECTIONS)));
        List<Figures> best = runs.alternate(each);
        if (best.size() > 1) {
            runs.ratio("download of " + kib + " KiB: ratio to nginx", best.get(0), best.get(1));
        }
    }

    private void uploads(Source source) {
        Map<String, String> key = Map.of("apikey", printed.get("SECRET_KEY"));
        for (int kib : new int[] {1, 1024}) {
            String lua = UPLOAD.formatted(kib * 1024, "/storage/v1/object/bench/up/");
            List<java.util.function.Supplier<Figures>> each = new ArrayList<>();
            each.add(() -> runs.withCpu(() -> Wrk.run(
                    "upload of " + kib + " KiB, on disk when answered",
                    runs.target.program().url() + "/",
                    key,
                    lua,
                    CONNECTIONS,
                    runs.seconds())));
            source.nginx()
                    .ifPresent(nginx -> each.add(() -> runs.elsewhere(
                            "upload of " + kib + " KiB: nginx, not forced to disk",
                            nginx.url(),
                            UPLOAD.formatted(kib * 1024, "/up/"),
                            CONNECTIONS)));
            List<Figures> best = runs.alternate(each);
            if (best.size() > 1) {
                runs.ratio("upload of " + kib + " KiB: ratio to nginx", best.get(0), best.get(1));
            }
        }
    }

    private void large(Path files, Source source) throws IOException {
        Path file = files.resolve("large.bin");
        byte[] block = new byte[1 << 20];
        new Random(3).nextBytes(block);
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < LARGE_MIB; i++) {
                out.write(block);
            }
        }
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofFile(file);
        long before = Usage.pssKib(runs.target.program().programProcesses());
        double up = seconds(() -> send("PUT", "/storage/v1/object/bench/large.bin", body, "application/x-bytes"));
        long during = Usage.pssKib(runs.target.program().programProcesses());
        double down = seconds(() -> drain(runs.target.program().url() + "/storage/v1/object/public/bench/large.bin"));
        long after = Usage.pssKib(runs.target.program().programProcesses());
        runs.report.value("upload of 1 GiB (MiB/s)", LARGE_MIB / up);
        runs.report.value("download of 1 GiB (MiB/s)", LARGE_MIB / down);
        runs.report.value("memory that 1 GiB up and down added (MiB)", (Math.max(during, after) - before) / 1024.0);
        if (source.nginx().isPresent()) {
            double theirs = seconds(() -> drain(source.nginx().get().url() + "large.bin"));
            runs.report.value("download of 1 GiB: nginx (MiB/s)", LARGE_MIB / theirs);
            runs.report.value("download of 1 GiB: ratio to nginx", theirs / down);
        }
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    private void send(String method, String path, HttpRequest.BodyPublisher body, String type) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(runs.target.program().url() + path))
                .header("apikey", printed.get("SECRET_KEY"))
                .header("Content-Type", type)
                .method(method, body)
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(method + " " + path + ": " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void drain(String url) {
        try (InputStream in = client.send(
                        HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
