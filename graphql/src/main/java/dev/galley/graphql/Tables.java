package dev.galley.graphql;

import dev.galley.query.document.Rights;
import dev.galley.schema.Column;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.SchemaModel;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The relations that have a type: those with a key, of which the role may read something. The first of a name has it. */
final class Tables {
    private static final int USUAL_ROWS = 30;

    private final Map<QualifiedName, Table> byRelation = new LinkedHashMap<>();
    private final Map<String, Naming> namings = new LinkedHashMap<>();
    private final Map<String, Directives> schemas = new LinkedHashMap<>();

    Tables(SchemaModel model, Rights rights, TypeNames types, List<String> order) {
        for (String schema : order) {
            Optional<String> comment = rights.schemas().get(schema);
            if (comment != null) {
                schemas.put(schema, Directives.of(comment));
            }
        }
        Map<String, Table> byType = new LinkedHashMap<>();
        model.relations().values().stream()
                .filter(relation -> schemas.containsKey(relation.name().schema()))
                .sorted(Comparator.comparingInt((Relation relation) ->
                                order.indexOf(relation.name().schema()))
                        .thenComparing(Relation::name))
                .forEach(relation -> rights.of(relation.name())
                        .flatMap(granted -> table(relation, granted, types))
                        .filter(table -> byType.putIfAbsent(table.type(), table) == null)
                        .ifPresent(table -> byRelation.put(relation.name(), table)));
    }

    /** Of a schema that is not shown: names as they are. */
    Naming naming(String schema) {
        return namings.computeIfAbsent(
                schema,
                name -> new Naming(schemas.getOrDefault(name, Directives.NONE).flag("inflect_names")));
    }

    boolean introspection() {
        return schemas.values().stream().anyMatch(schema -> schema.flag("introspection"));
    }

    private Optional<Table> table(Relation relation, Rights.OfRelation rights, TypeNames types) {
        Directives directives = Directives.of(relation.comment());
        Naming naming = naming(relation.name().schema());
        String type = naming.type(relation.name().name(), directives.text("name"));
        List<String> key = isView(relation) ? directives.texts("primary_key_columns") : relation.primaryKey();
        boolean usable = Naming.isValid(type)
                && !key.isEmpty()
                && relation.columns().keySet().containsAll(key)
                && !rights.select().isEmpty();
        if (!usable) {
            return Optional.empty();
        }
        Map<String, Column> fields = new LinkedHashMap<>();
        for (Column column : relation.columns().values()) {
            String field =
                    naming.column(column.name(), Directives.of(column.comment()).text("name"));
            if (Naming.isValid(field) && types.of(column.type()).isPresent()) {
                fields.put(field, column); // of two the later one, as the protocol has it
            }
        }
        Directives ofSchema = schemas.getOrDefault(relation.name().schema(), Directives.NONE);
        int maxRows =
                directives.number("max_rows").orElse(ofSchema.number("max_rows").orElse(USUAL_ROWS));
        return Optional.of(new Table(
                relation, type, key, Collections.unmodifiableMap(fields), maxRows, directives, rights, naming));
    }

    private static boolean isView(Relation relation) {
        return relation.kind() == Relation.Kind.VIEW || relation.kind() == Relation.Kind.MATERIALIZED_VIEW;
    }

    Collection<Table> all() {
        return byRelation.values();
    }

    Optional<Table> of(QualifiedName relation) {
        return Optional.ofNullable(byRelation.get(relation));
    }
}
