package dev.galley.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Values from the command line: {@code --set key=value}, and the flags that stand for a key of their own. */
public final class FlagLayer implements Layer {
    private final Map<String, Given> values = new LinkedHashMap<>();

    /** Takes one {@code key=value}; the last of several for a key counts. */
    public FlagLayer set(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new SettingsException("--set " + keyOf(assignment) + ": write --set key=value");
        }
        String key = assignment.substring(0, equals).strip();
        values.put(key, Given.text(assignment.substring(equals + 1), "--set " + key));
        return this;
    }

    /** What can only be the key of it: the rest may be a secret that was separated by something else. */
    private static String keyOf(String assignment) {
        int end = 0;
        while (end < assignment.length() && "abcdefghijklmnopqrstuvwxyz.-*".indexOf(assignment.charAt(end)) >= 0) {
            end++;
        }
        return Values.shown(assignment.substring(0, end) + (end < assignment.length() ? "..." : ""));
    }

    /** Takes the value of a flag with a name of its own, such as {@code --port}. */
    public FlagLayer flag(String flag, String key, String value) {
        values.put(key, Given.text(value, flag));
        return this;
    }

    @Override
    public Optional<Given> find(String key) {
        return Optional.ofNullable(values.get(key));
    }

    @Override
    public Map<String, Given> below(String prefix) {
        Map<String, Given> found = new LinkedHashMap<>();
        values.forEach((key, given) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), given);
            }
        });
        return found;
    }

    @Override
    public List<Stranger> strangers(Set<String> keys) {
        return values.entrySet().stream()
                .filter(entry -> !Layer.isKnown(entry.getKey(), keys))
                .map(entry -> new Stranger(
                        entry.getKey(), entry.getKey(), entry.getValue().origin()))
                .toList();
    }
}
