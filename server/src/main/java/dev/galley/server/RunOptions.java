package dev.galley.server;

import dev.galley.settings.EnvironmentLayer;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Layer;
import dev.galley.settings.Settings;
import dev.galley.settings.TomlLayer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the command line says about a program to run, and the layers of settings that follow from it.
 *
 * @param flags the flags that stand for settings, and {@code --set}
 */
record RunOptions(ProjectFolder folder, FlagLayer flags) {
    /** Variables of the launcher, which would else be taken for misspelled settings. */
    static final Set<String> LAUNCHER_VARIABLES =
            Set.of("GALLEY_JAVA_HOME", "GALLEY_JAVA_OPTS", "GALLEY_INSTALL", "GALLEY_HEAP", "GALLEY_AOT");

    /** @param defaults the weakest layer: what the command sets by itself */
    Settings settings(Map<String, String> environment, Layer defaults) {
        return settings(environment, Optional.empty(), defaults);
    }

    /** @param database what stands in the database itself: as in PostgREST it is stronger than environment and file */
    Settings settings(Map<String, String> environment, Optional<Layer> database, Layer defaults) {
        List<Layer> layers = new ArrayList<>();
        layers.add(PostgrestNames.in(flags));
        database.ifPresent(layers::add);
        layers.add(new EnvironmentLayer(environment, LAUNCHER_VARIABLES));
        layers.add(PostgrestNames.in(new EnvironmentLayer(PostgrestNames.ENVIRONMENT, environment, Set.of())));
        addFile(layers, folder.settings(), environment);
        SupabaseConfig.read(folder, environment).ifPresent(layers::add);
        layers.add(defaults);
        return new Settings(layers.toArray(Layer[]::new));
    }

    private void addFile(List<Layer> layers, Path file, Map<String, String> environment) {
        if (Files.exists(file)) {
            layers.add(PostgrestNames.in(
                    TomlLayer.read(file, folder.root().relativize(file).toString(), environment)));
        }
    }
}
