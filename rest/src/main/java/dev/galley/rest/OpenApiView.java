package dev.galley.rest;

import dev.galley.query.Visibility;
import dev.galley.schema.Column;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Relationship;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a description may show of one schema: nothing that its reader cannot see goes further than here. Sorted by name. */
final class OpenApiView {
    private final SchemaModel model;
    private final String schema;
    private final Visibility visibility;

    /** A relation and those of its columns that may be shown. */
    record Table(Relation relation, List<Column> columns, Map<String, ForeignKey> foreignKeys) {
        String name() {
            return relation.name().name();
        }

        boolean writable() {
            return relation.insertable() || relation.updatable() || relation.deletable();
        }
    }

    /** The column that a foreign key of one column points to. */
    record ForeignKey(String table, String column) {}

    OpenApiView(SchemaModel model, String schema, Visibility visibility) {
        this.model = model;
        this.schema = schema;
        this.visibility = visibility;
    }

    String schema() {
        return schema;
    }

    Optional<String> comment() {
        return visibility.comment();
    }

    /** Also one that the reader cannot see. */
    boolean hasRelation(String name) {
        return model.relation(new QualifiedName(schema, name)).isPresent();
    }

    List<Table> tables() {
        return model.relations().values().stream()
                .filter(this::shows)
                .sorted(Comparator.comparing(Relation::name))
                .map(relation -> new Table(relation, columns(relation), foreignKeys(relation)))
                .toList();
    }

    /** The functions by name, each name's overloads together. */
    Map<String, List<Routine>> routines() {
        Map<String, List<Routine>> shown = new TreeMap<>();
        model.routines().forEach((name, overloads) -> {
            if (!name.schema().equals(schema)) return;
            List<Routine> visible =
                    overloads.stream().filter(visibility::includes).toList();
            if (!visible.isEmpty()) shown.put(name.name(), visible);
        });
        return shown;
    }

    private boolean shows(Relation relation) {
        return relation.name().schema().equals(schema) && visibility.includes(relation);
    }

    private List<Column> columns(Relation relation) {
        return relation.columns().values().stream()
                .filter(column -> visibility.includes(relation, column))
                .toList();
    }

    private Map<String, ForeignKey> foreignKeys(Relation relation) {
        Map<String, ForeignKey> keys = new LinkedHashMap<>();
        model.relationshipsFrom(relation.name()).stream()
                .filter(Relationship.Direct.class::isInstance)
                .map(Relationship.Direct.class::cast)
                .filter(key -> key.forward() && key.pairs().size() == 1)
                .filter(key -> showsColumn(key.to(), key.pairs().getFirst().to()))
                .sorted(Comparator.comparing(key -> isView(key.to())))
                .forEach(key -> keys.putIfAbsent(
                        key.pairs().getFirst().from(),
                        new ForeignKey(key.to().name(), key.pairs().getFirst().to())));
        return keys;
    }

    private boolean showsColumn(QualifiedName table, String name) {
        return model.relation(table)
                .filter(this::shows)
                .flatMap(relation -> relation.column(name).filter(column -> visibility.includes(relation, column)))
                .isPresent();
    }

    private boolean isView(QualifiedName name) {
        return model.relation(name)
                .map(Relation::kind)
                .filter(kind -> kind == Relation.Kind.VIEW || kind == Relation.Kind.MATERIALIZED_VIEW)
                .isPresent();
    }
}
