package dev.galley.schema;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What part of the database the model holds.
 *
 * @param exposedSchemas whose relations, relationships and functions are offered to callers
 * @param extraSearchPath schemas whose types, functions and views may be used without being offered themselves
 * @param roles whose privileges and settings are read: those that requests may act as; empty for every role that the login
 *     may become
 */
public record SchemaScope(List<String> exposedSchemas, List<String> extraSearchPath, Set<String> roles) {
    public SchemaScope {
        exposedSchemas = List.copyOf(exposedSchemas);
        extraSearchPath = List.copyOf(extraSearchPath);
        roles = Set.copyOf(roles);
    }

    /** The exposed schemas, then the rest of the search path, each once. */
    List<String> schemas() {
        return Stream.concat(exposedSchemas.stream(), extraSearchPath.stream())
                .distinct()
                .toList();
    }

    boolean exposes(QualifiedName name) {
        return exposedSchemas.contains(name.schema());
    }
}
