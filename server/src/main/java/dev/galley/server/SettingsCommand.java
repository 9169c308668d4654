package dev.galley.server;

import dev.galley.settings.Setting;
import dev.galley.settings.Settings;
import dev.galley.settings.SettingsReference;
import java.io.PrintStream;
import java.util.Map;

/** Shows all settings: the values in force and where each comes from, or the reference page. */
final class SettingsCommand {
    private final RunOptions options;
    private final Map<String, String> environment;
    private final PrintStream out;

    SettingsCommand(RunOptions options, Map<String, String> environment, PrintStream out) {
        this.options = options;
        this.environment = environment;
        this.out = out;
    }

    int run(boolean markdown) {
        Settings settings = markdown ? new Settings() : options.settings(environment, RunCommand.Mode.SERVE.defaults());
        AllSettings.from(settings);
        settings.rejectUnknown();
        if (markdown) {
            out.print(SettingsReference.markdown(settings.declared(), PostgrestNames.ALIASES));
        } else {
            settings.declared().forEach(this::print);
        }
        return 0;
    }

    private void print(Setting setting) {
        String value = setting.value().isEmpty() ? "(not set)" : setting.value();
        String origin = setting.origin().isEmpty() ? "" : "   <- " + setting.origin();
        out.println(setting.key() + " = " + value + origin);
    }
}
