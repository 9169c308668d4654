package dev.galley.postgres;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values of settings that may be secrets ({@code primary_conninfo}, {@code archive_command} ...). PostgreSQL repeats them in what it
 * says of a parameter that it cannot use, whole or, of a connection string, the part that it could not read: always in double quotes.
 */
final class HiddenValues {
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
    /** Of a part that counts: shorter ones stand in many other words too. */
    private static final int SHORTEST_PART = 4;

    private static final String INSTEAD = "\"...\"";

    static final HiddenValues NONE = new HiddenValues(List.of());

    private final List<String> values;

    HiddenValues(Collection<String> values) {
        // Longer ones first: one may stand in another.
        this.values = values.stream()
                .filter(value -> !value.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** The line without the values, and without quoted parts of connection strings. */
    String removed(String line) {
        String text = line;
        for (String value : values) text = text.replace('"' + value + '"', INSTEAD);
        return QUOTED.matcher(text)
                .replaceAll(quoted -> Matcher.quoteReplacement(isPart(quoted.group(1)) ? INSTEAD : quoted.group()));
    }

    private boolean isPart(String quoted) {
        return quoted.length() >= SHORTEST_PART
                && values.stream().anyMatch(value -> value.contains("=") && value.contains(quoted));
    }
}
