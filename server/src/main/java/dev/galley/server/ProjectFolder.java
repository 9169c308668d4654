package dev.galley.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The folder of one project ({@code --dir}) and where things lie in it. What we write is all in {@code .galley}, which keeps
 * itself out of version control.
 */
record ProjectFolder(Path root) {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    static ProjectFolder of(Path dir) {
        return new ProjectFolder(dir.toAbsolutePath().normalize());
    }

    /** Held locked by the program that runs on this folder. */
    Path data() {
        return root.resolve(".galley");
    }

    Path log() {
        return data().resolve("log").resolve("galley-0.log");
    }

    /** The project's secrets, see {@link dev.galley.identity.ProjectKeys}. */
    Path keys() {
        return data().resolve("keys.json");
    }

    /** The bytes of objects, where no other place is set. */
    Path storage() {
        return data().resolve("storage");
    }

    /** What runs on this folder, see {@link RunningProgram}. */
    Path running() {
        return data().resolve("running.env");
    }

    Path settings() {
        return root.resolve("galley.toml");
    }

    Path supabaseSettings() {
        return root.resolve("supabase").resolve("config.toml");
    }

    /** Makes the data folder if it is not there. */
    void create() {
        try {
            Files.createDirectories(data());
            // Logs tell who called, and what SQL failed.
            Files.createDirectories(
                    log().getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path ignore = data().resolve(".gitignore");
            if (!Files.exists(ignore)) {
                Files.writeString(ignore, "*\n");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Writes a file that holds secrets: whole or not at all, for the owner's eyes only. */
    static void writeSecret(Path file, String text) throws IOException {
        Path draft = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                file.getFileName().toString(),
                ".new",
                PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.writeString(draft, text);
        Files.move(draft, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
}
