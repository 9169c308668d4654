package dev.galley.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Galley, started as a user starts it, in a folder of its own. */
final class Program implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final Path launcher;
    private final Path folder;
    private final Process process;
    private final int port;
    private final double readyMillis;

    private Program(Path launcher, Path folder, Process process, int port, double readyMillis) {
        this.launcher = launcher;
        this.folder = folder;
        this.process = process;
        this.port = port;
        this.readyMillis = readyMillis;
    }

    /** Starts it and waits until {@code /health/ready} answers 200. */
    static Program start(Path launcher, Path folder, Map<String, String> settings) {
        try {
            int port = freePort();
            List<String> command = new ArrayList<>(
                    List.of(launcher.toString(), "dev", "--dir", folder.toString(), "--port", Integer.toString(port)));
            Map<String, String> all = new TreeMap<>(settings);
            all.put("postgres.port", Integer.toString(freePort()));
            all.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
            long begin = System.nanoTime();
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            while (!ready(port)) {
                if (!process.isAlive() || System.nanoTime() - begin > PATIENCE_NANOS) {
                    process.destroyForcibly();
                    throw new IllegalStateException(String.join(" ", command) + " does not become ready");
                }
                Thread.sleep(2);
            }
            return new Program(launcher, folder, process, port, (System.nanoTime() - begin) / 1e6);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Milliseconds from the command to the first 200 of {@code /health/ready}. */
    double readyMillis() {
        return readyMillis;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** What {@code galley status -o env} prints. */
    record Printed(Map<String, String> values) {
        /** @throws IllegalStateException when it was not printed */
        String get(String name) {
            String value = values.get(name);
            if (value == null) {
                throw new IllegalStateException("galley status prints no " + name + ": " + values.keySet());
            }
            return value;
        }
    }

    Printed printed() {
        Map<String, String> found = new TreeMap<>();
        String printed =
                Command.run(List.of(launcher.toString(), "status", "--dir", folder.toString(), "-o", "env"), Map.of());
        for (String line : printed.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                found.put(line.substring(0, equals), line.substring(equals + 1).replaceAll("^\"|\"$", ""));
            }
        }
        return new Printed(found);
    }

    /** The process of the program itself. */
    List<Long> programProcesses() {
        return List.of(process.pid());
    }

    /** PostgreSQL's processes: all that descend from the program. */
    List<Long> databaseProcesses() {
        List<Long> family = Usage.family(process.pid());
        return family.subList(1, family.size());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    private static boolean ready(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            socket.setSoTimeout(5000);
            socket.getOutputStream()
                    .write("GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] status = socket.getInputStream().readNBytes(12);
            return new String(status, StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException e) {
            return false;
        }
    }
}
