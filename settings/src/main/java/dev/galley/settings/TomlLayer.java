package dev.galley.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * Values from a TOML file, its tables flattened to dotted keys. A string {@code "env(NAME)"} stands for the environment
 * variable of that name, so that a file under version control need not hold a secret.
 */
public final class TomlLayer implements Layer {
    private static final Pattern FROM_ENVIRONMENT = Pattern.compile("env\\(([A-Za-z_][A-Za-z0-9_]*)\\)");

    private final Map<String, Entry> entries;

    /** @param missing the variable that the file refers to and that is not set */
    private record Entry(Given given, Optional<String> missing) {
        Entry in(String unit) {
            return given.text().matches("\\d+")
                    ? new Entry(Given.text(given.text() + unit, given.origin()), missing)
                    : this;
        }
    }

    private TomlLayer(Map<String, Entry> entries) {
        this.entries = entries;
    }

    /**
     * @param name how messages call the file
     * @throws SettingsException when the file cannot be read or is not TOML
     */
    public static TomlLayer read(Path file, String name, Map<String, String> environment) {
        try {
            return parse(Files.readString(file), name, environment);
        } catch (IOException unreadable) {
            throw new SettingsException(name + ": cannot be read: " + unreadable.getMessage());
        }
    }

    /** Reads the text of a file. */
    public static TomlLayer parse(String text, String name, Map<String, String> environment) {
        TomlParseResult toml = Toml.parse(text);
        if (toml.hasErrors()) {
            var first = toml.errors().getFirst();
            throw new SettingsException(
                    "%s:%d: %s".formatted(name, first.position().line(), withoutText(first.getMessage())));
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        flatten(toml, "", name, environment, entries);
        return new TomlLayer(entries);
    }

    /** The parser repeats what it did not expect, which may be a secret without its quotes. */
    private static String withoutText(@Nullable String message) {
        return String.valueOf(message).replaceAll("(?s)Unexpected '(?!\\\\u).{2,}'", "Unexpected text");
    }

    private static void flatten(
            TomlTable table, String prefix, String name, Map<String, String> environment, Map<String, Entry> into) {
        for (String key : table.keySet()) {
            List<String> path = List.of(key);
            Object value = table.get(path);
            String dotted = prefix + key;
            if (value instanceof TomlTable inner) {
                flatten(inner, dotted + ".", name, environment, into);
                continue;
            }
            var position = table.inputPositionOf(path);
            String origin = position == null ? name : name + ":" + position.line();
            List<String> missing = new ArrayList<>();
            UnaryOperator<String> resolve = text -> resolve(text, environment, missing);
            Given given = value instanceof TomlArray array
                    ? Given.array(
                            array.toList().stream()
                                    .map(String::valueOf)
                                    .map(resolve)
                                    .toList(),
                            origin)
                    : Given.text(resolve.apply(String.valueOf(value)), origin);
            into.put(dotted, new Entry(given, missing.stream().findFirst()));
        }
    }

    private static String resolve(String text, Map<String, String> environment, List<String> missing) {
        Matcher reference = FROM_ENVIRONMENT.matcher(text);
        if (!reference.matches()) {
            return text;
        }
        String value = environment.get(reference.group(1));
        if (value == null) {
            missing.add(reference.group(1));
            return "";
        }
        return value;
    }

    /**
     * The same values under other keys, for a file written for another program: what {@code keys} does not name is left out.
     *
     * @param keys their key to ours
     */
    public TomlLayer translated(Map<String, String> keys) {
        return translated(keys, Set.of(), "");
    }

    /**
     * Likewise.
     *
     * @param bare their keys whose values are numbers without a unit
     * @param unit of those numbers
     */
    public TomlLayer translated(Map<String, String> keys, Set<String> bare, String unit) {
        Map<String, Entry> ours = new LinkedHashMap<>();
        entries.forEach((key, entry) -> {
            String to = keys.get(key);
            if (to != null) {
                ours.put(to, bare.contains(key) ? entry.in(unit) : entry);
            }
        });
        return new TomlLayer(ours);
    }

    /** The same with another text at a key, where there is any. */
    public TomlLayer changed(String key, UnaryOperator<String> change) {
        Map<String, Entry> all = new LinkedHashMap<>(entries);
        all.computeIfPresent(
                key,
                (_, entry) -> new Entry(
                        Given.text(
                                change.apply(entry.given().text()),
                                entry.given().origin()),
                        entry.missing()));
        return new TomlLayer(all);
    }

    /** The same with a further key, which follows from another one. */
    public TomlLayer with(String key, String text, String becauseOf) {
        Map<String, Entry> all = new LinkedHashMap<>(entries);
        String origin =
                entries.containsKey(becauseOf) ? entries.get(becauseOf).given().origin() : becauseOf;
        all.put(key, new Entry(Given.text(text, origin), Optional.empty()));
        return new TomlLayer(all);
    }

    @Override
    public Optional<Given> find(String key) {
        return Optional.ofNullable(entries.get(key)).map(entry -> given(key, entry));
    }

    private static Given given(String key, Entry entry) {
        entry.missing().ifPresent(variable -> {
            throw new SettingsException("%s (%s): the environment variable %s is not set"
                    .formatted(key, entry.given().origin(), variable));
        });
        return entry.given();
    }

    @Override
    public Map<String, Given> below(String prefix) {
        Map<String, Given> found = new LinkedHashMap<>();
        entries.forEach((key, entry) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), given(key, entry));
            }
        });
        return found;
    }

    @Override
    public List<Stranger> strangers(Set<String> keys) {
        return entries.entrySet().stream()
                .filter(entry -> !Layer.isKnown(entry.getKey(), keys))
                .map(entry -> new Stranger(
                        entry.getKey(), entry.getKey(), entry.getValue().given().origin()))
                .toList();
    }
}
