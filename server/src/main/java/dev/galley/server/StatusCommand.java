package dev.galley.server;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** Shows the addresses and keys of the program that runs on a folder, also for scripts. */
final class StatusCommand {
    /** Exit code when nothing runs there, as of an init script. */
    static final int NOT_RUNNING = 3;

    private final ProjectFolder folder;
    private final PrintStream out;

    StatusCommand(ProjectFolder folder, PrintStream out) {
        this.folder = folder;
        this.out = out;
    }

    int run(String format) {
        RunningProgram program = RunningProgram.on(folder)
                .orElseThrow(() -> new Failure(
                        "nothing runs on %s; start it with `%s`".formatted(folder.root(), Cli.launcher("dev", folder)),
                        NOT_RUNNING));
        switch (format) {
            case "env" -> env(program.variables());
            case "json" -> json(program.variables());
            case "pretty" -> pretty(program.variables());
            default -> throw new Failure("-o " + format + ": must be pretty, env or json", 2);
        }
        return 0;
    }

    private void env(Map<String, String> variables) {
        variables.forEach((name, value) -> out.println(name + "=\"" + value + "\""));
    }

    private void json(Map<String, String> variables) {
        JsonFactory factory = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            variables.forEach(json::writeStringProperty);
            json.writeEndObject();
        }
        out.println();
    }

    private void pretty(Map<String, String> variables) {
        int width = variables.keySet().stream().mapToInt(String::length).max().orElse(0);
        variables.forEach((name, value) -> out.printf(
                Locale.ROOT,
                "%" + -width + "s  %s%n",
                name.toLowerCase(Locale.ROOT).replace('_', ' '),
                value));
    }
}
