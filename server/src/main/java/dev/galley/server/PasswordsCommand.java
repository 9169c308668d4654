package dev.galley.server;

import dev.galley.auth.password.BreachedPasswordsFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** Makes the file of passwords that nobody may take. */
final class PasswordsCommand {
    private final PrintStream out;

    PasswordsCommand(PrintStream out) {
        this.out = out;
    }

    int run(Path digests, Path file) {
        try {
            long passwords = BreachedPasswordsFile.make(digests, file);
            out.println(file + ": " + passwords + " passwords. Use it by --set auth.password.breached-file=" + file);
            return 0;
        } catch (IOException e) {
            throw new Failure("the file was not made: " + e.getMessage());
        }
    }
}
