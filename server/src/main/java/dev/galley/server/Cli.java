package dev.galley.server;

import dev.galley.settings.FlagLayer;
import dev.galley.settings.NearestName;
import dev.galley.settings.SettingsException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command line. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 {@code status} or {@code stop} of what does not run. */
final class Cli {
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    Cli(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    int run(String... arguments) {
        try {
            return dispatch(List.of(arguments));
        } catch (SettingsException wrong) {
            String.valueOf(wrong.getMessage()).lines().forEach(problem -> err.println("galley: " + problem));
            return Command.WRONG_USAGE;
        } catch (Failure failure) {
            err.println("galley: " + failure.getMessage());
            return failure.exitCode();
        }
    }

    private int dispatch(List<String> arguments) {
        if (arguments.isEmpty()) {
            new Help(err).program();
            return Command.WRONG_USAGE;
        }
        String first = arguments.getFirst();
        if (first.equals("-V") || first.equals("--version")) {
            out.println("galley " + version());
            return 0;
        }
        if (first.equals("-h") || first.equals("--help")) {
            new Help(out).program();
            return 0;
        }
        Command command = Commands.named(first).orElseThrow(() -> unknown(first));
        Command.Given given = command.parse(arguments.subList(1, arguments.size()));
        if (given.has("help")) {
            new Help(out).command(command);
            return 0;
        }
        return run(given);
    }

    private int run(Command.Given given) {
        return switch (given.command().name()) {
            case "dev" -> new RunCommand(RunCommand.Mode.DEV, runOptions(given), environment, out, err).run();
            case "serve" -> new RunCommand(RunCommand.Mode.SERVE, runOptions(given), environment, out, err).run();
            case "status" -> new StatusCommand(given.folder(), out).run(given.value("output", "pretty"));
            case "stop" -> new StopCommand(given.folder(), out).run();
            case "sql" -> new SqlCommand(given.folder(), out).run(given.operand(0));
            case "passwords" -> new PasswordsCommand(out).run(Path.of(given.operand(0)), Path.of(given.operand(1)));
            case "audit" ->
                new AuditCommand(runOptions(given), environment, out)
                        .run(given.operand(0), given.value("head", ""), given.has("json"));
            case "storage" ->
                new StorageCommand(runOptions(given), environment, out).run(given.operand(0), given.has("delete"));
            case Rehearsal.COMMAND -> rehearse(given.folder());
            case "settings" -> new SettingsCommand(runOptions(given), environment, out).run(given.has("markdown"));
            default -> throw new IllegalStateException(given.command().name());
        };
    }

    private static Failure unknown(String first) {
        boolean option = first.startsWith("-");
        List<String> names = Commands.SHOWN.stream().map(Command::name).toList();
        String hint = (option ? Optional.<String>empty() : NearestName.of(first, names))
                .map(name -> "did you mean " + name + "?")
                .orElse("`galley --help` shows the commands");
        return Command.wrong((option ? "unknown option " : "unknown command ") + first.split("=", 2)[0] + "; " + hint);
    }

    private int rehearse(ProjectFolder folder) {
        try {
            return Rehearsal.run(folder, err);
        } catch (IOException | SQLException failure) {
            throw new Failure(failure.toString());
        }
    }

    private static RunOptions runOptions(Command.Given given) {
        FlagLayer flags = new FlagLayer();
        given.values(Command.SET).forEach(flags::set);
        Map.of(
                        "port", "http.port",
                        "db-url", "postgres.url",
                        "pg-bin", "postgres.bin",
                        "services", "server.services")
                .forEach((option, key) -> {
                    if (given.has(option)) {
                        flags.flag("--" + option, key, given.value(option, ""));
                    }
                });
        return new RunOptions(given.folder(), flags);
    }

    static String version() {
        String version = Cli.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    /** The command line that a user can paste in any terminal. */
    static String launcher(String command, ProjectFolder folder) {
        return quoted(System.getProperty("galley.launcher", "galley")) + " " + command + " --dir "
                + quoted(folder.root().toString());
    }

    /** As a shell reads it. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_./:@%+,=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
