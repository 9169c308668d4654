package dev.galley.schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is in the database: an immutable snapshot. Two snapshots never share a {@link #version}.
 *
 * @param relationships from a relation to all that it can embed
 * @param computedFields functions that take a row of the relation and return one value, by relation and function name
 * @param roleSettings settings of {@code ALTER ROLE ... SET} by role, those only that the role's caller may set; and the level of isolation
 *     that sessions begin with, when it is a stricter one than usual
 * @param mediaHandlers what makes answers of media types other than the service's own
 * @param types every type that a cast may name, by its SQL name and by its bare name when it is unambiguous on the search path
 */
public record SchemaModel(
        long version,
        int serverVersion,
        Map<QualifiedName, Relation> relations,
        Map<QualifiedName, List<Relationship>> relationships,
        Map<QualifiedName, Map<String, Routine>> computedFields,
        Map<QualifiedName, List<Routine>> routines,
        Map<String, List<RoleSetting>> roleSettings,
        Map<String, Type> types,
        MediaHandlers mediaHandlers) {

    public record RoleSetting(String name, String value) {}

    public Optional<Relation> relation(QualifiedName name) {
        return Optional.ofNullable(relations.get(name));
    }

    public List<Relationship> relationshipsFrom(QualifiedName name) {
        return relationships.getOrDefault(name, List.of());
    }

    public List<Routine> routines(QualifiedName name) {
        return routines.getOrDefault(name, List.of());
    }

    public List<RoleSetting> settingsOf(String role) {
        return roleSettings.getOrDefault(role, List.of());
    }
}
