package dev.galley.postgres;

import java.io.IOException;
import java.nio.file.Path;

/** The last step of the build: unpacks the carried server into the program's folder and prints the name of what it made. */
public final class UnpackServer {
    private UnpackServer() {}

    public static void main(String[] args) throws IOException {
        System.out.println(PostgresBundle.load().unpackServer(Path.of(args[0])).getFileName());
    }
}
