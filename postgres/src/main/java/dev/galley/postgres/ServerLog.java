package dev.galley.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the server prints to a file of bounded size: when it is full it becomes {@code <name>.1} and a new one begins.
 * PostgreSQL's own collector would be one process more and knows no bound. Lines that cannot be written (disk full) are
 * dropped: the server must never wait for its log.
 */
final class ServerLog {
    private static final int LAST_LINES = 15;
    private static final int LONGEST_LINE = 8192;

    private final Path file;
    private final long maxBytes;
    private final HiddenValues hidden;
    private final Deque<String> last = new ArrayDeque<>();
    private @Nullable Thread reader;

    /** @param hidden what shall not be read in it */
    ServerLog(Path file, long maxBytes, HiddenValues hidden) {
        this.file = file;
        this.maxBytes = maxBytes;
        this.hidden = hidden;
    }

    Path file() {
        return file;
    }

    /** Reads the stream to its end on a thread of its own. */
    void follow(InputStream from) {
        Thread thread = Thread.ofPlatform().daemon().name("postgres-log").start(() -> pump(from));
        synchronized (this) {
            reader = thread;
        }
    }

    /** Waits until the stream has ended, so that {@link #lastLines} is complete; a grandchild may hold it open, so not for long. */
    void awaitEnd() {
        Thread thread;
        synchronized (this) {
            thread = reader;
        }
        if (thread != null) {
            try {
                thread.join(java.time.Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    synchronized String lastLines() {
        return String.join("\n", last);
    }

    private synchronized void remember(String line) {
        if (last.size() == LAST_LINES) {
            last.removeFirst();
        }
        last.addLast(line);
    }

    private void pump(InputStream from) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String kept = hidden.removed(line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line);
                remember(kept);
                write(kept);
            }
        } catch (IOException e) {
            remember("(the log broke off: " + e.getMessage() + ")");
        }
    }

    private void write(String line) {
        try {
            if (Files.exists(file) && Files.size(file) > maxBytes) {
                Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            remember("(not written to the log file: " + e.getMessage() + ")");
        }
    }
}
