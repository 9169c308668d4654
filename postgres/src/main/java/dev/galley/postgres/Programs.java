package dev.galley.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs small programs of the operating system to their end. */
final class Programs {
    private Programs() {}

    /** Runs a program and returns what it printed; fails when it is missing or ends with another code than 0. */
    static String run(String... command) throws IOException {
        return run(List.of(command));
    }

    static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = waitFor(process);
        if (code != 0) {
            throw new IOException("`" + String.join(" ", command) + "` ended with code " + code
                    + (output.isEmpty() ? "" : ": " + output));
        }
        return output;
    }

    private static int waitFor(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Sends a signal by name, such as {@code INT}; a process that has ended already is no error. */
    static void signal(long pid, String signal) throws IOException {
        // The JDK can only send TERM and KILL; PostgreSQL gives INT and QUIT meanings of their own. "kill" is built
        // into sh.
        new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid + " 2>/dev/null")
                .start()
                .onExit()
                .join();
    }
}
