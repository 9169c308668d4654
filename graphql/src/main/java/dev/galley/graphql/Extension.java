package dev.galley.graphql;

import dev.galley.settings.SettingsException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What goes beyond pg_graphql. Each adds fields and arguments to a schema and changes none that are there without it, so that
 * clients made for pg_graphql go on working.
 */
enum Extension {
    /** Related rows inside the rows of an insert. */
    NESTED_INSERTS,
    /** What becomes of a new row that is there already. */
    UPSERTS,
    /** Filters by related rows. */
    RELATED_FILTERS,
    /** Order by related rows. */
    RELATED_ORDER,
    /** Aggregates of groups of rows. */
    GROUPS,
    /** Fields that lead through a junction to the rows behind it. */
    MANY_TO_MANY,
    /** Columns of composite types. */
    COMPOSITE_TYPES;

    private static final String ALL = "all";

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String texts() {
        return Arrays.stream(values()).map(Extension::text).collect(Collectors.joining(", "));
    }

    /** @throws SettingsException when one of them is none */
    static Set<Extension> required(List<String> names) {
        names.stream()
                .filter(name -> !name.equals(ALL) && named(List.of(name)).isEmpty())
                .findFirst()
                .ifPresent(name -> {
                    throw new SettingsException("graphql.extensions: " + name + " is none of all, " + texts());
                });
        return named(names);
    }

    /** @param names those that are none are passed over */
    static Set<Extension> named(List<String> names) {
        Set<Extension> found = EnumSet.noneOf(Extension.class);
        for (Extension each : values()) {
            if (names.contains(each.text()) || names.contains(ALL)) {
                found.add(each);
            }
        }
        return found;
    }

    /** {@code {"extensions": true}} or {@code {"extensions": ["upserts"]}} */
    static Set<Extension> told(Directives directives) {
        JsonNode said = directives.said().path("extensions");
        return said.isBoolean() && said.asBoolean()
                ? EnumSet.allOf(Extension.class)
                : named(directives.texts("extensions"));
    }
}
