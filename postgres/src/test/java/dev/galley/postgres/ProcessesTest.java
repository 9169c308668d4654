package dev.galley.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The embedded server as the child of real programs: killed, started twice, started by root and by others. */
class ProcessesTest {
    /** As whom the program is started. When the tests do not run as root, both mean themselves. */
    enum StartedBy {
        OURSELVES,
        AN_UNPRIVILEGED_USER
    }

    private final List<Process> programs = new ArrayList<>();
    private Path project;

    @BeforeEach
    void makeProject() throws IOException {
        project = Server.newProject();
    }

    @AfterEach
    void clean() throws Exception {
        for (Process program : programs) {
            program.destroyForcibly().waitFor();
        }
        Path data = project.resolve(".galley/postgres/data");
        if (Files.exists(data)) {
            Server.await(
                    "no server is left",
                    () -> EmbeddedPostgres.processesOn(data).isEmpty());
        }
        FileTrees.delete(project);
    }

    private record Answer(Process program, String line) {
        String word(int index) {
            return line.split(" ", -1)[index];
        }
    }

    private Answer start(StartedBy by) throws IOException {
        List<String> command = new ArrayList<>();
        String classPath = System.getProperty("java.class.path");
        String temporary = System.getProperty("java.io.tmpdir");
        if (by == StartedBy.AN_UNPRIVILEGED_USER && OsUser.current().isRoot()) {
            OsUser nobody = OsUser.forServer(Optional.of("nobody"), project);
            classPath = copyOf(classPath);
            // Another user cannot write to the tests' cache, and so unpacks a server of their own.
            temporary = Files.createDirectories(project.resolve("tmp")).toString();
            FileTrees.makePrivate(project, nobody);
            command.addAll(nobody.asThisUser());
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath,
                EmbeddedProgram.class.getName(),
                project.toString()));
        Process program = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        programs.add(program);
        BufferedReader out = program.inputReader(StandardCharsets.UTF_8);
        return new Answer(program, String.valueOf(out.readLine()));
    }

    /** Into the project: the original may be below /root, which is closed to others. */
    private String copyOf(String classPath) throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : classPath.split(java.io.File.pathSeparator)) {
            Path from = Path.of(entry);
            Path to = project.resolve("classes")
                    .resolve(Integer.toString(copies.size()))
                    .resolve(from.getFileName());
            if (!Files.exists(to)) {
                copy(from, to);
            }
            copies.add(to.toString());
        }
        return String.join(java.io.File.pathSeparator, copies);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = Files.isDirectory(from)
                        ? to.resolve(from.relativize(file).toString())
                        : to;
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theServerDiesWithItsKilledProgramAndStartsAgain(StartedBy by) throws Exception {
        for (int i = 0; i < 2; i++) {
            Answer first = start(by);
            assertThat(first.line).startsWith("ready ");
            ProcessHandle server =
                    ProcessHandle.of(Long.parseLong(first.word(1))).orElseThrow();
            Path data = project.resolve(".galley/postgres/data");
            assertThat(Files.getAttribute(data, "unix:uid")).isNotEqualTo(0);
            Programs.signal(first.program.pid(), "KILL");
            first.program.waitFor();
            server.onExit().get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void aSecondProgramOnTheSameFolderIsToldWhoTheFirstIs() throws Exception {
        Answer first = start(StartedBy.OURSELVES);
        assertThat(first.line).startsWith("ready ");
        Answer second = start(StartedBy.OURSELVES);
        assertThat(second.line).startsWith("failed IN_USE").contains("in use by process " + first.program.pid());
        assertThat(Server.query(DatabaseAddress.parse(first.word(2)), "select 1"))
                .isEqualTo("1");
    }

    @Test
    void programsThatStartAtOnceForTheFirstTimeUnpackOneServer() throws Exception {
        Path cache = project.resolve("cache");
        PostgresBundle bundle = PostgresBundle.load();
        // What an unpacking that was killed leaves.
        Path partial = cache.resolve(bundle.folderName() + ".partial");
        Files.createDirectories(partial.resolve("bin"));
        Files.writeString(partial.resolve("bin/postgres"), "half");
        List<Thread> threads = new ArrayList<>();
        List<Path> unpacked = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 3; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    unpacked.add(bundle.unpackServer(cache));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(unpacked).hasSize(3).containsOnly(cache.resolve(bundle.folderName()));
        assertThat(partial).doesNotExist();
        assertThat(Programs.run(unpacked.getFirst().resolve("bin/postgres").toString(), "--version"))
                .contains("18.");
    }
}
