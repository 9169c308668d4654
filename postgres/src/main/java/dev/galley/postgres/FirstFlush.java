package dev.galley.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Brings a new data directory to disk while the server already starts on it: with a busy disk that takes longer than all the
 * rest of a first start.
 *
 * <p>Until it is done a mark lies beside the data, with the kernel's id of this boot. Whoever finds the mark later knows: in
 * the same boot nothing is lost, only the flush is to be done again; after another boot the machine stopped in between, and the
 * files may be anything. The program answers no request before {@link #await} has returned, so nobody's data are in them.
 */
final class FirstFlush {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path folder;
    private final Path mark;
    private Optional<CompletableFuture<Void>> running = Optional.empty();

    /** @param data the data directory, there or not */
    FirstFlush(Path data) {
        this.folder = data.resolveSibling("");
        this.mark = data.resolveSibling("data.unflushed");
    }

    /** Whether the data were written, but not brought to disk. */
    boolean isDue() {
        return Files.exists(mark);
    }

    /** Whether the machine stopped before they were on disk. */
    boolean isTooLate() throws IOException {
        return isDue() && !Files.readString(mark).equals(Files.readString(BOOT));
    }

    /** Before the first of the data is written. */
    void announce() throws IOException {
        Files.writeString(mark, Files.readString(BOOT));
        force(mark);
        force(folder);
    }

    /** Begins it, and returns at once. */
    void begin() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        running = Optional.of(done);
        Thread.ofPlatform().daemon().name("first-flush").start(() -> {
            try {
                FileTrees.flush(folder);
                Files.deleteIfExists(mark);
                force(folder);
                done.complete(null);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
    }

    /** Returns when the data are on disk; at once when they were from the beginning. */
    void await() {
        try {
            running.ifPresent(CompletableFuture::join);
        } catch (CompletionException e) {
            throw new PostgresException(
                    PostgresException.Kind.START_FAILED,
                    "the new data directory cannot be brought to disk: " + e.getCause(),
                    e);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
