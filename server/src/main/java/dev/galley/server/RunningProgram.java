package dev.galley.server;

import dev.galley.postgres.DatabaseAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The note that a running program leaves in its project folder, so that {@code status} and {@code stop} find it: its process and
 * the variables that an application needs, one {@code NAME=value} per line.
 *
 * @param start of the process ({@link ProcessStart}); a process with the same id and another start is not ours
 * @param variables {@code API_URL}, {@code DB_URL}, the keys ... as {@code status -o env} prints them
 */
record RunningProgram(long pid, String start, Map<String, String> variables) {
    private static final String PID = "GALLEY_PID";
    private static final String START = "GALLEY_START";

    static RunningProgram thisOne(Map<String, String> variables) {
        ProcessHandle self = ProcessHandle.current();
        return new RunningProgram(self.pid(), ProcessStart.of(self), variables);
    }

    void write(ProjectFolder folder) throws IOException {
        StringBuilder lines = new StringBuilder();
        line(lines, PID, Long.toString(pid));
        line(lines, START, start);
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

    /**
     * The database that the settings name, or that of the program on the folder.
     *
     * @throws Failure when there is neither
     */
    static DatabaseAddress database(ProjectFolder folder, AllSettings settings) {
        return settings.postgres()
                .url()
                .or(() -> on(folder)
                        .flatMap(program ->
                                Optional.ofNullable(program.variables().get("DB_URL")))
                        .map(DatabaseAddress::parse))
                .orElseThrow(() -> new Failure(
                        "no database: start the program on " + folder.root()
                                + " with postgres.port and server.database-password, or name one by --db-url",
                        StatusCommand.NOT_RUNNING));
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
        String start = variables.remove(START);
        if (pid == null || start == null) {
            return Optional.empty();
        }
        return Optional.of(new RunningProgram(Long.parseLong(pid), start, variables));
    }

    /** The process, if it is still the one that wrote the note. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> ProcessStart.of(process).equals(start));
    }

    static void forget(ProjectFolder folder) throws IOException {
        Files.deleteIfExists(folder.running());
    }
}
