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
import java.util.Set;

/** The relations that have a type: those with a key, of which the role may read something. The first of a name has it. */
final class Tables {
    private static final int USUAL_ROWS = 30;

    private final Map<QualifiedName, Table> byRelation = new LinkedHashMap<>();
    private final Map<String, Naming> namings = new LinkedHashMap<>();
    private final Map<String, Directives> schemas;
    private final Rights rights;
    private final SchemaModel model;
    private final TypeNames types;
    private final Set<String> shown;
    private final Map<QualifiedName, Optional<Table>> keyless = new LinkedHashMap<>();

    /**
     * @param schemas with what their comments say, in the order in which names are looked up
     * @param shown those of which something is shown
     */
    Tables(SchemaModel model, Rights rights, TypeNames types, Map<String, Directives> schemas, Set<String> shown) {
        this.schemas = schemas;
        this.rights = rights;
        List<String> order = List.copyOf(schemas.keySet());
        List<Named> named = model.relations().values().stream()
                .filter(relation -> shown.contains(relation.name().schema()))
                .sorted(Comparator.comparingInt((Relation relation) ->
                                order.indexOf(relation.name().schema()))
                        .thenComparing(Relation::name))
                .map(this::named)
                .flatMap(Optional::stream)
                .filter(each -> types.names()
                        .takeForTable(
                                each.type(),
                                types.extensions(each.relation().name().schema())))
                .toList();
        // Only now, because the types of columns take names too.
        named.forEach(each -> byRelation.put(each.relation().name(), table(each, types)));
        this.model = model;
        this.types = types;
        this.shown = shown;
    }

    /** A relation that has a type. */
    private record Named(
            Relation relation, Rights.OfRelation granted, Directives directives, String type, List<String> key) {}

    /** Of a schema that is not shown: names as they are. */
    Naming naming(String schema) {
        return namings.computeIfAbsent(
                schema,
                name -> new Naming(schemas.getOrDefault(name, Directives.NONE).flag("inflect_names")));
    }

    private Optional<Named> named(Relation relation) {
        Directives directives = Directives.of(relation.comment());
        String type = naming(relation.name().schema()).type(relation.name().name(), directives.text("name"));
        List<String> key = isView(relation) || relation.primaryKey().isEmpty()
                ? directives.texts("primary_key_columns")
                : relation.primaryKey();
        return rights.of(relation.name())
                .filter(granted -> Naming.isValid(type)
                        && !key.isEmpty()
                        && relation.columns().keySet().containsAll(key)
                        && !granted.select().isEmpty())
                .map(granted -> new Named(relation, granted, directives, type, key));
    }

    private Table table(Named named, TypeNames types) {
        Relation relation = named.relation();
        String schema = relation.name().schema();
        Naming naming = naming(schema);
        Map<String, Column> fields = new LinkedHashMap<>();
        for (Column column : relation.columns().values()) {
            String field =
                    naming.column(column.name(), Directives.of(column.comment()).text("name"));
            if (Naming.isValid(field) && types.of(column.type()).isPresent()) {
                fields.put(field, column); // of two the later one, as the protocol has it
            }
        }
        Directives ofSchema = schemas.getOrDefault(schema, Directives.NONE);
        int maxRows = named.directives()
                .number("max_rows")
                .orElse(ofSchema.number("max_rows").orElse(USUAL_ROWS));
        return new Table(
                relation,
                named.type(),
                named.key(),
                Collections.unmodifiableMap(fields),
                Math.max(0, maxRows),
                rights.serials(relation.name()),
                types.extensions(schema),
                named.directives(),
                named.granted(),
                naming);
    }

    private static boolean isView(Relation relation) {
        return relation.kind() == Relation.Kind.VIEW || relation.kind() == Relation.Kind.MATERIALIZED_VIEW;
    }

    /** A relation without a key, of which single rows can be given but no pages; its type is taken when it is asked for first. */
    Optional<Table> keyless(QualifiedName relation) {
        return keyless.computeIfAbsent(
                relation,
                name -> model.relation(name)
                        .filter(_ -> shown.contains(name.schema()) && !byRelation.containsKey(name))
                        .flatMap(this::keyless));
    }

    private Optional<Table> keyless(Relation relation) {
        Directives directives = Directives.of(relation.comment());
        String type = naming(relation.name().schema()).type(relation.name().name(), directives.text("name"));
        return rights.of(relation.name())
                .filter(granted -> Naming.isValid(type) && !granted.select().isEmpty())
                .map(granted -> table(new Named(relation, granted, directives, type, List.of()), types))
                .filter(table -> table.fields().values().stream()
                        .anyMatch(column -> table.rights().select().contains(column.name())))
                .filter(_ -> types.names().take(List.of(type)));
    }

    /** Those without a key that something gives rows of. */
    Collection<Table> allKeyless() {
        return keyless.values().stream().flatMap(Optional::stream).toList();
    }

    Collection<Table> all() {
        return byRelation.values();
    }

    Optional<Table> of(QualifiedName relation) {
        return Optional.ofNullable(byRelation.get(relation));
    }
}
