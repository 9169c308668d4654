package dev.galley.server;

import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** All commands of the program, in the order in which the help shows them. */
final class Commands {
    static final Command DEV = running("dev", "Start for development: all defaults set, keys and addresses printed.");
    static final Command SERVE =
            running("serve", "Start for production: only what is set, nothing printed but the log.");
    static final Command STATUS = command(
            "status",
            "Show the addresses and keys of the program that runs on a folder.",
            List.of(),
            dir(),
            Option.builder("o")
                    .longOpt("output")
                    .hasArg()
                    .argName("FORMAT")
                    .desc("pretty (default), env or json.")
                    .get());
    static final Command STOP = command("stop", "Stop the program that runs on a folder.", List.of(), dir());
    static final Command SQL = command(
            "sql",
            "Run one or more statements in the database of the program that runs on a folder, as the developer.",
            List.of("SQL"),
            dir());
    static final Command PASSWORDS = command(
            "passwords",
            "Make FILE for the setting auth.password.breached-file: passwords that nobody may take. DIGESTS has a SHA-1 digest of"
                    + " a password in each line; a count may follow.",
            List.of("DIGESTS", "FILE"));
    static final Command AUDIT = command(
            "audit",
            "verify: look for the first entry of the audit log that somebody changed, removed or made up; exit code 0: there is none,"
                    + " 1: there is one, 4: some entries were made with another secret. adopt: seal the entries of an imported project.",
            List.of("verify|adopt"),
            dir(),
            text("db-url", "URL", "Use this PostgreSQL instead of the one that runs on the folder."),
            text("head", "HEAD", "A head printed before, which must still be in the chain."),
            Option.builder().longOpt("json").desc("Print JSON.").get(),
            text(Command.SET, "KEY=VALUE", "A setting; may be repeated."));
    static final Command STORAGE = command(
            "storage",
            "scrub: read all objects and compare them with the database; exit code 0: all are whole, 1: some are damaged or missing."
                    + " rewrite: encrypt all objects under the newest of storage.encryption-keys.",
            List.of("scrub|rewrite"),
            dir(),
            text("db-url", "URL", "Use this PostgreSQL instead of the one that runs on the folder."),
            Option.builder()
                    .longOpt("delete")
                    .desc("Delete bytes that belong to no object.")
                    .get(),
            text(Command.SET, "KEY=VALUE", "A setting; may be repeated."));
    static final Command SETTINGS = running("settings", "List all settings, their values and where each comes from.");

    /** Not in the help. */
    static final Command REHEARSE = command(Rehearsal.COMMAND, "", List.of(), dir());

    static final List<Command> SHOWN = List.of(DEV, SERVE, STATUS, STOP, SQL, PASSWORDS, AUDIT, STORAGE, SETTINGS);

    static {
        SETTINGS.options()
                .addOption(Option.builder()
                        .longOpt("markdown")
                        .desc("Print the reference page instead.")
                        .get());
    }

    private Commands() {}

    static Optional<Command> named(String name) {
        return name.equals(Rehearsal.COMMAND)
                ? Optional.of(REHEARSE)
                : SHOWN.stream().filter(command -> command.name().equals(name)).findFirst();
    }

    private static Command running(String name, String description) {
        return command(
                name,
                description,
                List.of(),
                dir(),
                text("port", "N", "Port of the API (setting http.port)."),
                text("db-url", "URL", "Use this PostgreSQL instead of the embedded one (postgres.url)."),
                text("pg-bin", "DIR", "Run the PostgreSQL whose programs are in DIR (postgres.bin)."),
                text("services", "A,B", "Run only these services (server.services)."),
                text(Command.SET, "KEY=VALUE", "A setting; may be repeated. `galley settings` lists them."));
    }

    private static Command command(String name, String description, List<String> operands, Option... options) {
        Options all = new Options();
        for (Option option : options) {
            all.addOption(option);
        }
        all.addOption(Option.builder("h").longOpt("help").desc("Print this.").get());
        return new Command(name, description, operands, all);
    }

    private static Option dir() {
        return text("dir", "DIR", "The project's folder; default: the current one.");
    }

    private static Option text(String name, String label, String description) {
        return Option.builder()
                .longOpt(name)
                .hasArg()
                .argName(label)
                .desc(description)
                .get();
    }
}
