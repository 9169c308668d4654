package dev.galley.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Values from environment variables. A variable that is set to nothing counts as not set, because that is how compose files
 * and service units pass on a variable that is absent.
 */
public final class EnvironmentLayer implements Layer {
    private static final String PREFIX = "GALLEY_";

    private final String prefix;
    private final Map<String, String> variables;
    private final Set<String> others;

    /** @param others names of variables with the prefix that are no settings, such as those of the launcher */
    public EnvironmentLayer(Map<String, String> environment, Set<String> others) {
        this(PREFIX, environment, others);
    }

    /** The variables of another program, whose keys are its own. */
    public EnvironmentLayer(String prefix, Map<String, String> environment, Set<String> others) {
        this.prefix = prefix;
        this.variables = environment.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(prefix) && !entry.getValue().isEmpty())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (first, _) -> first, TreeMap::new));
        this.others = Set.copyOf(others);
    }

    /** The variable of a key: {@code GALLEY_HTTP_PORT} of {@code http.port}. */
    public static String variable(String key) {
        return variable(PREFIX, key);
    }

    private static String variable(String prefix, String key) {
        return prefix + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    @Override
    public Optional<Given> find(String key) {
        String variable = variable(prefix, key);
        return Optional.ofNullable(variables.get(variable))
                .map(value -> Given.text(value, "environment variable " + variable));
    }

    @Override
    public Map<String, Given> below(String start) {
        String beginning = variable(prefix, start);
        Map<String, Given> found = new LinkedHashMap<>();
        variables.forEach((name, value) -> {
            if (name.length() > beginning.length() && name.startsWith(beginning)) {
                found.put(
                        name.substring(beginning.length()).toLowerCase(Locale.ROOT),
                        Given.text(value, "environment variable " + name));
            }
        });
        return found;
    }

    @Override
    public List<Stranger> strangers(Set<String> keys) {
        Set<String> known = keys.stream().map(key -> variable(prefix, key)).collect(Collectors.toSet());
        List<String> open = known.stream()
                .filter(name -> name.endsWith("*"))
                .map(name -> name.substring(0, name.length() - 1))
                .toList();
        return variables.keySet().stream()
                .filter(name -> !known.contains(name) && !others.contains(name))
                .filter(name -> open.stream().noneMatch(name::startsWith))
                .map(name -> new Stranger(name, key(name.substring(prefix.length())), "environment variable"))
                .toList();
    }

    /** A key that the variable may stand for; which underscores were dots cannot be known, and does not matter for a guess. */
    private static String key(String variable) {
        return variable.toLowerCase(Locale.ROOT).replaceFirst("_", ".").replace('_', '-');
    }
}
