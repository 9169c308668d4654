package dev.galley.schema;

import java.util.List;
import java.util.function.Predicate;

/** The names that an error's hint may mention to a role: of relations it may select from and functions it may execute. */
public final class VisibleNames {
    private final SchemaModel model;
    private final String role;

    public VisibleNames(SchemaModel model, String role) {
        this.model = model;
        this.role = role;
    }

    public List<String> relations(String schema) {
        return model.relations().values().stream()
                .filter(relation -> relation.name().schema().equals(schema))
                .filter(relation -> relation.selectableBy().contains(role))
                .map(relation -> relation.name().name())
                .toList();
    }

    public List<String> routines(String schema) {
        Predicate<Routine> executable = routine -> routine.executableBy().contains(role);
        return model.routines().entrySet().stream()
                .filter(entry -> entry.getKey().schema().equals(schema))
                .filter(entry -> entry.getValue().stream().anyMatch(executable))
                .map(entry -> entry.getKey().name())
                .toList();
    }

    /** What the relation can embed by the name of the far side, as far as the role may select from it. */
    public List<String> related(QualifiedName relation) {
        return model.relationshipsFrom(relation).stream()
                .filter(relationship -> mentions(relationship.to()))
                .map(relationship -> relationship.to().name())
                .distinct()
                .toList();
    }

    /** Whether a message to the role may name the relation. */
    public boolean mentions(QualifiedName relation) {
        return model.relation(relation)
                .filter(found -> found.selectableBy().contains(role))
                .isPresent();
    }
}
