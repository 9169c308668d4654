package dev.galley.server;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The program in a process of its own, started as its launcher does but from the classes under test. */
final class GalleyProcess implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long PATIENCE_SECONDS = 90;

    final Process process;
    private final Path output;

    private GalleyProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static GalleyProcess start(Path dir, String... arguments) throws IOException {
        return start(dir, Map.of(), arguments);
    }

    static GalleyProcess start(Path dir, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.manager=dev.galley.server.Logging$Manager",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.galley.server.Main"));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("galley-output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("GALLEY_"));
        builder.environment().putAll(environment);
        return new GalleyProcess(builder.start(), output);
    }

    /** Runs a command to its end and returns what it printed. */
    static Ended run(Path dir, String... arguments) throws IOException, InterruptedException {
        try (GalleyProcess program = start(dir, arguments)) {
            return program.ended();
        }
    }

    record Ended(int exitCode, String output) {}

    Ended ended() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("has not ended; it printed:\n" + output());
        }
        return new Ended(process.exitValue(), output());
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    /** Waits until requests are answered. */
    GalleyProcess ready(int port) {
        until("ready", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("ended early; it printed:\n" + printed());
            }
            return get(port, "/health/ready", "") == 200 && printed().contains("ready");
        });
        return this;
    }

    String printed() {
        try {
            return output();
        } catch (IOException failure) {
            return failure.toString();
        }
    }

    /** The status of the answer; 0 when there is none. */
    static int get(int port, String path, String key) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .header("apikey", key)
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        } catch (IOException | InterruptedException none) {
            return 0;
        }
    }

    static String body(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE_SECONDS + " s: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopping) {
            process.destroyForcibly();
        }
        Files.deleteIfExists(output);
    }
}
