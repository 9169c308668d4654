package dev.galley.server;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.Option;

/** What {@code --help} prints. */
final class Help {
    private final PrintStream out;

    Help(PrintStream out) {
        this.out = out;
    }

    void program() {
        out.println("Usage: galley COMMAND [OPTIONS]");
        out.println("The whole backend of an application in one program.");
        out.println();
        List<Line> lines = new ArrayList<>();
        for (Command command : Commands.SHOWN) {
            lines.add(new Line(command.name(), command.description()));
        }
        lines.add(new Line("-V, --version", "Print the version."));
        lines.add(new Line("-h, --help", "Print this; after a command: its options."));
        table(lines);
    }

    void command(Command command) {
        String operands = command.operands().isEmpty() ? "" : " " + String.join(" ", command.operands());
        out.println("Usage: galley " + command.name() + operands + " [OPTIONS]");
        out.println(command.description());
        out.println();
        List<Line> lines = new ArrayList<>();
        for (Option option : command.options().getOptions()) {
            String brief = option.getOpt() == null ? "" : "-" + option.getOpt() + ", ";
            String value = option.hasArg() ? " " + option.getArgName() : "";
            lines.add(new Line(brief + "--" + option.getLongOpt() + value, option.getDescription()));
        }
        table(lines);
    }

    private record Line(String name, String text) {}

    private void table(List<Line> lines) {
        int width = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
        lines.forEach(line -> out.printf(Locale.ROOT, "  %" + -width + "s  %s%n", line.name(), line.text()));
    }
}
