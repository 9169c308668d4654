package dev.galley.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of the PostgreSQL server program, as a child process of ours.
 *
 * <p>It must not outlive us, not even when we are killed with -9: {@code setpriv --pdeathsig} has the kernel send it SIGINT
 * (PostgreSQL's fast shutdown) when its parent ends. To the kernel the parent is the <em>thread</em> that started it, so
 * {@link #start} must be called on a platform thread that lives as long as the program.
 *
 * <p>It runs in a session of its own ({@code setsid}): a Ctrl-C in the terminal goes to us alone, and we stop the server when
 * the requests in flight have been answered. Both programs replace themselves with the next, so the process we see is the
 * server itself.
 */
final class Postmaster {
    private static final Duration POLL = Duration.ofMillis(2);

    private final Process process;
    private final Path data;
    private final ServerLog log;

    private Postmaster(Process process, Path data, ServerLog log) {
        this.process = process;
        this.data = data;
        this.log = log;
    }

    /**
     * @param bin the folder with the program {@code postgres}
     * @param log receives what the server prints
     */
    static Postmaster start(Path bin, Path data, OsUser user, ServerLog log) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid", "--"));
        command.addAll(user.asThisUser());
        // After the change of user, which would clear the signal.
        command.addAll(List.of("setpriv", "--pdeathsig=INT", "--"));
        command.addAll(List.of(bin.resolve("postgres").toString(), "-D", data.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(data.toFile());
        // Nothing of our environment (secrets among it) is the server's business, least of all PG* variables.
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            log.follow(process.getInputStream());
            return new Postmaster(process, data, log);
        } catch (IOException e) {
            throw new IOException("cannot start PostgreSQL (the programs setsid and setpriv of util-linux are needed): "
                    + e.getMessage());
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until the server accepts connections. */
    void awaitReady(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!isReady()) {
            if (!process.isAlive()) {
                log.awaitEnd();
                throw new PostgresException(
                        PostgresException.Kind.START_FAILED,
                        "PostgreSQL ended while it started (code " + process.exitValue() + "). Its last words, of "
                                + log.file() + ":\n" + log.lastLines());
            }
            if (System.nanoTime() > deadline) {
                throw new PostgresException(
                        PostgresException.Kind.START_FAILED,
                        "PostgreSQL does not accept connections after " + atMost.toSeconds() + " s. See " + log.file());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Reads the server's own word: line 1 of postmaster.pid is its process id, line 8 its state. */
    private boolean isReady() {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"), StandardCharsets.ISO_8859_1);
            return lines.size() >= 8
                    && lines.getFirst().equals(Long.toString(process.pid()))
                    && lines.get(7).strip().equals("ready");
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the exit code. */
    int awaitExit() throws InterruptedException {
        return process.waitFor();
    }

    /** Fast shutdown: sessions are ended, what is committed is checkpointed. After {@code patience} without the checkpoint. */
    void stop(Duration patience) {
        try {
            Programs.signal(process.pid(), "INT");
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                Programs.signal(process.pid(), "QUIT");
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
