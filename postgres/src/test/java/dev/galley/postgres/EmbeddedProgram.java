package dev.galley.postgres;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A program that does nothing but run an embedded server, for tests that kill it, start a second one or start it as another
 * user. Prints one line: {@code ready <pid of the server> <url>} or {@code failed <kind> <message>}.
 */
final class EmbeddedProgram {
    private EmbeddedProgram() {}

    public static void main(String[] args) throws InterruptedException {
        try {
            EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(args[0]), Server.settings());
            System.out.println("ready " + postgres.pid().orElseThrow() + " "
                    + postgres.address().url());
            new CountDownLatch(1).await();
        } catch (PostgresException e) {
            System.out.println("failed " + e.kind() + " " + e.getMessage().replace('\n', ' '));
        }
    }
}
