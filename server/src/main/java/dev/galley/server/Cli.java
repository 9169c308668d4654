package dev.galley.server;

import dev.galley.settings.FlagLayer;
import dev.galley.settings.SettingsException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. The commands are described to picocli by calls, not by annotations: that is a tenth of a second at
 * every start. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 {@code status} or {@code stop} of what does not run.
 */
final class Cli {
    private static final int USAGE = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    Cli(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    int run(String... arguments) {
        CommandLine line = new CommandLine(galley());
        try {
            ParseResult result = line.parseArgs(arguments);
            return dispatch(line, result);
        } catch (ParameterException wrong) {
            return wrongUsage(wrong, List.of(arguments));
        } catch (SettingsException wrong) {
            String.valueOf(wrong.getMessage()).lines().forEach(problem -> err.println("galley: " + problem));
            return USAGE;
        } catch (Failure failure) {
            err.println("galley: " + failure.getMessage());
            return failure.exitCode();
        }
    }

    private int dispatch(CommandLine line, ParseResult result) {
        if (result.isVersionHelpRequested()) {
            out.println("galley " + version());
            return 0;
        }
        ParseResult command = result.hasSubcommand() ? result.subcommand() : result;
        if (command.isUsageHelpRequested()) {
            command.commandSpec().commandLine().usage(out);
            return 0;
        }
        if (!result.hasSubcommand()) {
            line.usage(err);
            return USAGE;
        }
        return switch (command.commandSpec().name()) {
            case "dev" -> new RunCommand(RunCommand.Mode.DEV, runOptions(command), environment, out, err).run();
            case "serve" -> new RunCommand(RunCommand.Mode.SERVE, runOptions(command), environment, out, err).run();
            case "status" -> new StatusCommand(folder(command), out).run(command.matchedOptionValue("-o", "pretty"));
            case "stop" -> new StopCommand(folder(command), out).run();
            case "sql" -> new SqlCommand(folder(command), out).run(command.matchedPositionalValue(0, ""));
            case "passwords" ->
                new PasswordsCommand(out)
                        .run(
                                command.matchedPositionalValue(0, Path.of("")),
                                command.matchedPositionalValue(1, Path.of("")));
            case Rehearsal.COMMAND -> rehearse(folder(command));
            case "settings" ->
                new SettingsCommand(runOptions(command), environment, out).run(command.hasMatchedOption("--markdown"));
            default -> throw new IllegalStateException(command.commandSpec().name());
        };
    }

    private static CommandSpec galley() {
        CommandSpec galley = command("galley", "The whole backend of an application in one program.")
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Print the version.")
                        .build());
        for (CommandSpec command : List.of(
                running(command("dev", "Start for development: all defaults set, keys and addresses printed.")),
                running(command("serve", "Start for production: only what is set, nothing printed but the log.")),
                command("status", "Show the addresses and keys of the program that runs on a folder.")
                        .addOption(dir())
                        .addOption(OptionSpec.builder("-o", "--output")
                                .paramLabel("FORMAT")
                                .type(String.class)
                                .description("pretty (default), env or json.")
                                .build()),
                command("stop", "Stop the program that runs on a folder.").addOption(dir()),
                command("sql", "Run SQL in the database of the program that runs on a folder, as the developer.")
                        .addOption(dir())
                        .addPositional(PositionalParamSpec.builder()
                                .index("0")
                                .paramLabel("SQL")
                                .type(String.class)
                                .required(true)
                                .description("One or more statements.")
                                .build()),
                command(
                                "passwords",
                                "Make a file of passwords that nobody may take (setting auth.password.breached-file).")
                        .addPositional(
                                path("0", "DIGESTS", "SHA-1 digests of passwords, one in a line; a count may follow."))
                        .addPositional(path("1", "FILE", "The file to make.")),
                hidden(command(Rehearsal.COMMAND, "").addOption(dir())),
                running(command("settings", "List all settings, their values and where each comes from."))
                        .addOption(OptionSpec.builder("--markdown")
                                .type(boolean.class)
                                .arity("0")
                                .description("Print the reference page instead.")
                                .build()))) {
            galley.addSubcommand(command.name(), command);
        }
        return galley;
    }

    private static CommandSpec command(String name, String description) {
        CommandSpec command = CommandSpec.create().name(name);
        command.usageMessage().description(description);
        return command.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Print this.")
                .build());
    }

    private static CommandSpec hidden(CommandSpec command) {
        command.usageMessage().hidden(true);
        return command;
    }

    private int rehearse(ProjectFolder folder) {
        try {
            return Rehearsal.run(folder, err);
        } catch (IOException | SQLException failure) {
            throw new Failure(failure.toString());
        }
    }

    private static CommandSpec running(CommandSpec command) {
        return command.addOption(dir())
                .addOption(text("--port", "N", "Port of the API (setting http.port)."))
                .addOption(text("--db-url", "URL", "Use this PostgreSQL instead of the embedded one (postgres.url)."))
                .addOption(text("--pg-bin", "DIR", "Run the PostgreSQL whose programs are in DIR (postgres.bin)."))
                .addOption(text("--services", "A,B", "Run only these services (server.services)."))
                .addOption(OptionSpec.builder("--set")
                        .paramLabel("KEY=VALUE")
                        .arity("1")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("A setting; may be repeated. `galley settings` lists them.")
                        .build());
    }

    private static OptionSpec dir() {
        return OptionSpec.builder("--dir")
                .paramLabel("DIR")
                .type(Path.class)
                .description("The project's folder; default: the current one.")
                .build();
    }

    private static PositionalParamSpec path(String index, String label, String description) {
        return PositionalParamSpec.builder()
                .index(index)
                .paramLabel(label)
                .type(Path.class)
                .required(true)
                .description(description)
                .build();
    }

    private static OptionSpec text(String name, String label, String description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build();
    }

    private static ProjectFolder folder(ParseResult command) {
        return ProjectFolder.of(command.matchedOptionValue("--dir", Path.of("")));
    }

    private static RunOptions runOptions(ParseResult command) {
        FlagLayer flags = new FlagLayer();
        List<String> assignments = command.matchedOptionValue("--set", List.of());
        assignments.forEach(flags::set);
        Map.of(
                        "--port", "http.port",
                        "--db-url", "postgres.url",
                        "--pg-bin", "postgres.bin",
                        "--services", "server.services")
                .forEach((flag, key) -> {
                    if (command.hasMatchedOption(flag)) {
                        flags.flag(flag, key, command.matchedOptionValue(flag, ""));
                    }
                });
        return new RunOptions(folder(command), flags);
    }

    private int wrongUsage(ParameterException wrong, List<String> arguments) {
        for (int i = 0; i + 1 < arguments.size(); i++) {
            if (arguments.get(i).equals("--set") && arguments.get(i + 1).indexOf('=') < 0) {
                // What follows a key may be its value, and a secret: picocli would repeat it.
                err.println("galley: --set: write --set key=value");
                return USAGE;
            }
        }
        String message = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("wrong usage");
        List<String> suggestions = wrong instanceof UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions().stream().limit(1).toList()
                : List.of();
        String hint = suggestions.isEmpty()
                ? "`galley --help` shows the commands"
                : "did you mean " + suggestions.getFirst() + "?";
        err.println("galley: " + message + "; " + hint);
        return USAGE;
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
