package dev.galley.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The reader over layers. It remembers every setting that is asked for: when all modules have read theirs,
 * {@link #rejectUnknown} knows what is no setting, and {@link #declared} is the reference. Used by one thread, at start.
 */
public final class Settings implements SettingsReader {
    private static final String MASKED = "(set, not shown)";

    private final List<Layer> layers;
    private final Map<String, Setting> declared = new LinkedHashMap<>();

    /** @param strongestFirst the first layer that gives a value wins */
    public Settings(Layer... strongestFirst) {
        layers = List.of(strongestFirst);
    }

    /** What has been read so far, in that order. */
    public List<Setting> declared() {
        return List.copyOf(declared.values());
    }

    /**
     * Call when every module has read its settings.
     *
     * @throws SettingsException when a layer gives something that nobody has read; the message lists all of it
     */
    public void rejectUnknown() {
        List<String> complaints = new ArrayList<>();
        for (Layer layer : layers) {
            for (Layer.Stranger stranger : layer.strangers(declared.keySet())) {
                String suggestion = NearestName.of(stranger.key(), declared.keySet())
                        .map(key -> ". Did you mean " + asWritten(stranger, key) + "?")
                        .orElse(". `galley settings` lists all");
                complaints.add("unknown setting %s (%s)%s"
                        .formatted(stranger.name().replaceAll("\\p{Cntrl}", "?"), stranger.origin(), suggestion));
            }
        }
        if (!complaints.isEmpty()) {
            throw new SettingsException(String.join("\n", complaints));
        }
    }

    private static String asWritten(Layer.Stranger stranger, String key) {
        return stranger.name().equals(stranger.key()) ? key : EnvironmentLayer.variable(key);
    }

    @Override
    public String text(String key, String fallback, String description) {
        return read(key, "text", fallback, fallback, description, Optional::of, "text", Function.identity());
    }

    @Override
    public Optional<String> optionalText(String key, String description) {
        return readOptional(key, "text", description, false);
    }

    @Override
    public Optional<String> secret(String key, String description) {
        return readOptional(key, "secret", description, true);
    }

    @Override
    public int integer(String key, int fallback, int min, int max, String description) {
        String range = max == Integer.MAX_VALUE ? "from " + min : min + " to " + max;
        return read(
                key,
                "whole number, " + range,
                fallback,
                Integer.toString(fallback),
                description,
                text -> Values.integer(text).filter(number -> number >= min && number <= max),
                "a whole number, " + range,
                Object::toString);
    }

    @Override
    public boolean flag(String key, boolean fallback, String description) {
        return read(
                key,
                "true or false",
                fallback,
                Boolean.toString(fallback),
                description,
                Values::flag,
                "true or false",
                Object::toString);
    }

    @Override
    public Duration duration(String key, Duration fallback, String description) {
        return read(
                key,
                "duration",
                fallback,
                Values.print(fallback),
                description,
                Values::duration,
                "a duration such as 250ms, 10s, 5m, 24h or 7d",
                Values::print);
    }

    @Override
    public long bytes(String key, long fallback, String description) {
        return read(
                key,
                "size",
                fallback,
                Values.print(fallback),
                description,
                Values::bytes,
                "a size such as 512, 64KiB, 10MiB or 1GiB",
                Values::print);
    }

    @Override
    public List<String> list(String key, List<String> fallback, String description) {
        Optional<Given> given = find(key);
        List<String> value = given.map(Values::list).orElse(fallback);
        declare(key, "list", String.join(",", fallback), description, false, String.join(",", value), given);
        return value;
    }

    @Override
    public List<String> secretList(String key, String description) {
        Optional<Given> given = find(key);
        declare(key, "list", "", description, true, given.isEmpty() ? "" : MASKED, given);
        return given.map(Values::list).orElse(List.of());
    }

    @Override
    public Map<String, String> table(String prefix, String description) {
        Map<String, String> all = new TreeMap<>();
        for (Layer layer : layers.reversed()) {
            layer.below(prefix).forEach((name, given) -> all.put(name, given.text()));
        }
        declare(prefix + "*", "text", "", description, true, all.isEmpty() ? "" : MASKED, Optional.empty());
        return Map.copyOf(all);
    }

    @Override
    public <E extends Enum<E>> E choice(String key, E fallback, String description) {
        E[] all = fallback.getDeclaringClass().getEnumConstants();
        String names = Arrays.stream(all).map(Values::kebab).collect(Collectors.joining(", "));
        return read(
                key,
                "one of " + names,
                fallback,
                Values.kebab(fallback),
                description,
                text -> Arrays.stream(all)
                        .filter(constant -> Values.kebab(constant).equals(text.strip()))
                        .findFirst(),
                "one of " + names,
                Values::kebab);
    }

    private <T> T read(
            String key,
            String type,
            T fallback,
            String fallbackText,
            String description,
            Function<String, Optional<T>> parse,
            String expected,
            Function<T, String> print) {
        Optional<Given> given = find(key);
        T value = given.map(it -> parsed(key, it, parse, expected)).orElse(fallback);
        declare(key, type, fallbackText, description, false, print.apply(value), given);
        return value;
    }

    private static <T> T parsed(String key, Given given, Function<String, Optional<T>> parse, String expected) {
        if (given.array()) {
            throw new SettingsException(
                    "%s (%s): a list stands here, but it must be %s".formatted(key, given.origin(), expected));
        }
        return parse.apply(given.text())
                .orElseThrow(() -> new SettingsException("%s = %s (%s): must be %s"
                        .formatted(key, Values.shown(given.text()), given.origin(), expected)));
    }

    private Optional<String> readOptional(String key, String type, String description, boolean secret) {
        Optional<Given> given = find(key);
        Optional<String> value = given.map(it -> parsed(key, it, Optional::of, "text"));
        String shown = secret ? value.map(_ -> MASKED).orElse("") : value.orElse("");
        declare(key, type, "", description, secret, shown, given);
        return value;
    }

    private Optional<Given> find(String key) {
        return layers.stream().flatMap(layer -> layer.find(key).stream()).findFirst();
    }

    private void declare(
            String key,
            String type,
            String fallback,
            String description,
            boolean secret,
            String value,
            Optional<Given> given) {
        Setting setting = new Setting(
                key,
                type,
                fallback,
                description,
                secret,
                value,
                given.map(Given::origin).orElse(""));
        Setting before = declared.put(key, setting);
        if (before != null && !before.equals(setting)) {
            throw new IllegalStateException("two modules declare the setting " + key + " differently");
        }
    }
}
