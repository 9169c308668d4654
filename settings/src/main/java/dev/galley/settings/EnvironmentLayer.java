package dev.galley.settings;

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

    private final Map<String, String> variables;
    private final Set<String> others;

    /** @param others names of variables with the prefix that are no settings, such as those of the launcher */
    public EnvironmentLayer(Map<String, String> environment, Set<String> others) {
        this.variables = environment.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(PREFIX) && !entry.getValue().isEmpty())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (first, _) -> first, TreeMap::new));
        this.others = Set.copyOf(others);
    }

    /** The variable of a key: {@code GALLEY_HTTP_PORT} of {@code http.port}. */
    public static String variable(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    @Override
    public Optional<Given> find(String key) {
        String variable = variable(key);
        return Optional.ofNullable(variables.get(variable))
                .map(value -> Given.text(value, "environment variable " + variable));
    }

    @Override
    public List<Stranger> strangers(Set<String> keys) {
        Set<String> known = keys.stream().map(EnvironmentLayer::variable).collect(Collectors.toSet());
        return variables.keySet().stream()
                .filter(name -> !known.contains(name) && !others.contains(name))
                .map(name -> new Stranger(name, key(name), "environment variable"))
                .toList();
    }

    /** A key that the variable may stand for; which underscores were dots cannot be known, and does not matter for a guess. */
    private static String key(String variable) {
        return variable.substring(PREFIX.length())
                .toLowerCase(Locale.ROOT)
                .replaceFirst("_", ".")
                .replace('_', '-');
    }
}
