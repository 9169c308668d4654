package dev.galley.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The note that a running program leaves in its project folder, so that {@code status} and {@code stop} find it: its process and
 * the variables that an application needs, one {@code NAME=value} per line.
 *
 * @param startedAt when the operating system started the process; a process with the same id that started at another time is
 *     not ours
 * @param variables {@code API_URL}, {@code DB_URL}, the keys ... as {@code status -o env} prints them
 */
record RunningProgram(long pid, Instant startedAt, Map<String, String> variables) {
    private static final String PID = "GALLEY_PID";
    private static final String STARTED_AT = "GALLEY_STARTED_AT";

    static RunningProgram thisOne(Map<String, String> variables) {
        ProcessHandle self = ProcessHandle.current();
        return new RunningProgram(self.pid(), startOf(self), variables);
    }

    /** When the launcher began: it became this process. */
    static Instant processStart() {
        return startOf(ProcessHandle.current());
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    void write(ProjectFolder folder) throws IOException {
        StringBuilder lines = new StringBuilder();
        line(lines, PID, Long.toString(pid));
        line(lines, STARTED_AT, startedAt.toString());
        variables.forEach((name, value) -> line(lines, name, value));
        ProjectFolder.writeSecret(folder.running(), lines.toString());
    }

    private static void line(StringBuilder lines, String name, String value) {
        lines.append(name).append('=').append(value).append('\n');
    }

    /** What runs on the folder now; empty when nothing does, whatever a killed program has left. */
    static Optional<RunningProgram> on(ProjectFolder folder) {
        return read(folder).filter(program -> program.process().isPresent());
    }

    private static Optional<RunningProgram> read(ProjectFolder folder) {
        Map<String, String> variables = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(folder.running())) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    variables.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        String pid = variables.remove(PID);
        String startedAt = variables.remove(STARTED_AT);
        if (pid == null || startedAt == null) {
            return Optional.empty();
        }
        return Optional.of(new RunningProgram(Long.parseLong(pid), Instant.parse(startedAt), variables));
    }

    /** The process, if it is still the one that wrote the note. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> startOf(process).equals(startedAt));
    }

    static void forget(ProjectFolder folder) throws IOException {
        Files.deleteIfExists(folder.running());
    }
}
