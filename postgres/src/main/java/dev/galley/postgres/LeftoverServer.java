package dev.galley.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Clears what an earlier run left on a data directory, once its lock is ours: a server that outlived its program, and a lock
 * file of PostgreSQL's own that would stop a new one.
 *
 * <p>A server's processes are known by their program's name and their working directory, which is the data directory. The
 * process id in {@code postmaster.pid} alone proves nothing: after a crash it may belong to any other process by now, and
 * PostgreSQL then refuses to start.
 */
final class LeftoverServer {
    private static final System.Logger LOG = System.getLogger(LeftoverServer.class.getName());
    private static final Duration POLL = Duration.ofMillis(10);

    private LeftoverServer() {}

    static void clear(Path data, Duration patience) throws IOException {
        Path lockFile = data.resolve("postmaster.pid");
        if (Files.exists(lockFile)) {
            stop(data, lockFile, patience);
        }
        if (Files.exists(lockFile)
                && ProcessHandle.of(pidIn(lockFile))
                        .filter(ProcessHandle::isAlive)
                        .isPresent()) {
            LOG.log(System.Logger.Level.INFO, "removing the lock file of a server that is gone: " + lockFile);
            Files.deleteIfExists(lockFile);
        }
    }

    private static void stop(Path data, Path lockFile, Duration patience) throws IOException {
        // Fast shutdown, asked of the postmaster; its children follow. Without a postmaster they end by themselves.
        List<Long> pids = processes(data);
        if (pids.isEmpty()) {
            return;
        }
        LOG.log(System.Logger.Level.WARNING, "stopping a PostgreSQL that an earlier run left on " + data);
        long postmaster = pidIn(lockFile);
        if (pids.contains(postmaster)) {
            Programs.signal(postmaster, "INT");
        }
        if (ended(data, patience)) {
            return;
        }
        for (String signal : List.of("QUIT", "KILL")) {
            for (long pid : processes(data)) {
                Programs.signal(pid, signal);
            }
            if (ended(data, Duration.ofSeconds(5))) {
                return;
            }
        }
        throw new PostgresException(
                PostgresException.Kind.IN_USE,
                "PostgreSQL still runs on " + data + " (process " + processes(data) + ") and does not end");
    }

    private static boolean ended(Path data, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!processes(data).isEmpty()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }

    /** The processes of a PostgreSQL that runs on this data directory, as far as we may see them. */
    static List<Long> processes(Path data) throws IOException {
        Path real = data.toRealPath();
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                try {
                    String program = Files.readSymbolicLink(process.resolve("exe"))
                            .getFileName()
                            .toString();
                    if (program.startsWith("postgres")
                            && Files.readSymbolicLink(process.resolve("cwd")).equals(real)) {
                        found.add(Long.parseLong(process.getFileName().toString()));
                    }
                } catch (IOException notOurs) {
                    // It has ended meanwhile, or belongs to another user.
                }
            }
        }
        return found;
    }

    private static long pidIn(Path lockFile) throws IOException {
        String first = Files.readString(lockFile, StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst()
                .orElse("");
        try {
            return Math.abs(Long.parseLong(first.strip()));
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
