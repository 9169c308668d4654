package dev.galley.server;

import dev.galley.settings.NearestName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * A command of the program.
 *
 * @param operands names of what follows it without being an option, in their order; all are needed
 */
record Command(String name, String description, List<String> operands, Options options) {
    static final int WRONG_USAGE = 2;

    /** The option that may be repeated, each time with a setting. */
    static final String SET = "set";

    private static final String HINT = "; `galley --help` shows the commands";

    Command {
        operands = List.copyOf(operands);
    }

    /** What was given of the options and operands of a command. */
    record Given(Command command, CommandLine line) {
        boolean has(String option) {
            return line.hasOption(option);
        }

        String value(String option, String otherwise) {
            return line.getOptionValue(option, otherwise);
        }

        List<String> values(String option) {
            String[] values = line.getOptionValues(option);
            return values == null ? List.of() : List.of(values);
        }

        String operand(int index) {
            return line.getArgList().get(index);
        }

        ProjectFolder folder() {
            return ProjectFolder.of(Path.of(value("dir", "")));
        }
    }

    /**
     * Reads what follows the command's name.
     *
     * @throws Failure with the exit code of wrong usage. It repeats nothing that may be the value of a setting: that could be a secret.
     */
    Given parse(List<String> arguments) {
        CommandLine line;
        try {
            line = DefaultParser.builder()
                    .setAllowPartialMatching(false)
                    .setStripLeadingAndTrailingQuotes(false)
                    .get()
                    .parse(options, arguments.toArray(String[]::new));
        } catch (UnrecognizedOptionException unknown) {
            throw unknown(unknown.getOption().split("=", 2)[0]);
        } catch (MissingArgumentException missing) {
            throw wrong(shown(missing.getOption()) + " needs a value" + HINT);
        } catch (ParseException other) {
            throw wrong("cannot read the options of " + name + HINT);
        }
        Given given = new Given(this, line);
        if (!given.has("help")) {
            check(given);
        }
        return given;
    }

    private void check(Given given) {
        Arrays.stream(given.line().getOptions())
                .filter(option -> !SET.equals(option.getLongOpt()))
                .collect(Collectors.groupingBy(Command::shown, Collectors.counting()))
                .forEach((option, times) -> {
                    if (times > 1) {
                        throw wrong(option + " is given more than once");
                    }
                });
        int operandsGiven = given.line().getArgList().size();
        if (operandsGiven > operands.size()) {
            if (given.values(SET).stream().anyMatch(assignment -> assignment.indexOf('=') < 0)) {
                throw wrong("--set: write --set key=value");
            }
            throw wrong("too many arguments for " + name + HINT);
        }
        if (operandsGiven < operands.size()) {
            throw wrong(name + " needs " + String.join(" and ", operands.subList(operandsGiven, operands.size())));
        }
    }

    private Failure unknown(String option) {
        List<String> known = new ArrayList<>();
        for (Option one : options.getOptions()) {
            known.add("--" + one.getLongOpt());
        }
        return wrong("unknown option " + option
                + NearestName.of(option, known)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse(HINT));
    }

    private static String shown(Option option) {
        return "--" + option.getLongOpt();
    }

    static Failure wrong(String message) {
        return new Failure(message, WRONG_USAGE);
    }
}
