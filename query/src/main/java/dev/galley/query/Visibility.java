package dev.galley.query;

import dev.galley.schema.Column;
import dev.galley.schema.Relation;
import dev.galley.schema.Routine;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What of one schema a role has any right to.
 *
 * @param comment the schema's own comment
 * @param relations the positions of the columns it may use, by name of the relation; empty for all of them
 * @param routines the functions it may execute, as {@link #signature} prints them
 */
public record Visibility(
        Optional<String> comment, Map<String, Optional<Set<Integer>>> relations, Set<String> routines) {

    public boolean includes(Relation relation) {
        return relations.containsKey(relation.name().name());
    }

    public boolean includes(Relation relation, Column column) {
        Optional<Set<Integer>> some = relations.getOrDefault(relation.name().name(), Optional.of(Set.of()));
        return some.map(positions -> positions.contains(column.position())).orElse(true);
    }

    public boolean includes(Routine routine) {
        return routines.contains(signature(
                routine.name().name(),
                routine.parameters().stream()
                        .map(parameter ->
                                Integer.toUnsignedString(parameter.type().oid()))
                        .collect(Collectors.joining(" "))));
    }

    /** @param types the oids of the input parameters */
    static String signature(String name, String types) {
        return name + '(' + types + ')';
    }
}
