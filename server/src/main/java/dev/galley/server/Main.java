package dev.galley.server;

/** Where the program begins. */
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        int exitCode = new Cli(System.out, System.err, System.getenv()).run(arguments);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }
}
