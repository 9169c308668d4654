package dev.galley.query;

import dev.galley.schema.Column;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Relationship;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the tables that a read takes its rows from, when its answer depends on nothing but them and its own words: no view, no
 * function, no cast, no estimate. What policies do is not looked at here.
 */
public final class StoredData {
    /** Types from here on are not PostgreSQL's own, and may be printed by a function of anybody's. */
    private static final int FIRST_USER_OID = 16384;

    /** {@code timetz} and arrays of it: what a value with the name of a zone means depends on the day. */
    private static final Set<Integer> OF_THE_DAY = Set.of(1266, 1270);

    private final SchemaModel schema;
    private final Set<QualifiedName> tables = new LinkedHashSet<>();

    private StoredData(SchemaModel schema) {
        this.schema = schema;
    }

    public static Optional<Set<QualifiedName>> behind(Read read, SchemaModel schema) {
        StoredData data = new StoredData(schema);
        boolean exact = read.count() == Count.NONE || read.count() == Count.EXACT;
        return exact && data.rows(read.from(), read.selection())
                ? Optional.of(Set.copyOf(data.tables))
                : Optional.empty();
    }

    private boolean rows(QualifiedName name, Selection selection) {
        Optional<Relation> found = schema.relation(name);
        if (found.isEmpty() || !isTable(found.get())) {
            return false;
        }
        Relation relation = found.get();
        tables.add(name);
        return selection.items().stream().allMatch(item -> item(relation, item))
                && filter(relation, selection.filter())
                && filter(relation, selection.having())
                && selection.order().stream().allMatch(term -> order(relation, term))
                && selection
                        .distinct()
                        .map(distinct -> distinct.on().stream().allMatch(field -> column(relation, field)))
                        .orElse(true);
    }

    private static boolean isTable(Relation relation) {
        boolean stored = switch (relation.kind()) {
            case TABLE, PARTITIONED_TABLE, MATERIALIZED_VIEW -> true;
            case VIEW, FOREIGN_TABLE -> false;
        };
        return stored && relation.columns().values().stream().map(Column::type).allMatch(StoredData::isPrintedAsStored);
    }

    private static boolean isPrintedAsStored(Type type) {
        return (type.oid() < FIRST_USER_OID || type.kind() == Type.Kind.ENUM)
                && !type.jsonCast()
                && !OF_THE_DAY.contains(type.oid())
                && type.base().map(StoredData::isPrintedAsStored).orElse(true);
    }

    private boolean item(Relation relation, Selection.Item item) {
        return switch (item) {
            case Selection.All _ -> true;
            case Selection.Field field -> field(relation, field);
            case Selection.Embed embed -> embed(relation, embed);
        };
    }

    private static boolean field(Relation relation, Selection.Field field) {
        return field.cast().isEmpty()
                && field.innerCast().isEmpty()
                && field.path().map(path -> column(relation, path)).orElse(true);
    }

    private boolean embed(Relation relation, Selection.Embed embed) {
        return switch (Relationships.find(schema, relation.name(), embed.target(), embed.hint())) {
            case Relationship.Direct direct -> rows(direct.to(), embed.selection());
            case Relationship.Through through -> {
                tables.add(through.junction());
                yield rows(through.to(), embed.selection());
            }
            case Relationship.Computed _ -> false;
        };
    }

    private static boolean order(Relation relation, OrderTerm term) {
        return term.embed().isEmpty()
                && term.aggregate()
                        .map(field -> field(relation, field))
                        .orElseGet(() -> column(relation, term.field()));
    }

    private static boolean column(Relation relation, FieldPath path) {
        return relation.columns().containsKey(path.column());
    }

    private static boolean filter(Relation relation, Filter filter) {
        return switch (filter) {
            case Filter.And(List<Filter> all) -> all.stream().allMatch(each -> filter(relation, each));
            case Filter.Or(List<Filter> any) -> any.stream().allMatch(each -> filter(relation, each));
            case Filter.Not(Filter inner) -> filter(relation, inner);
            case Filter.Compare compare -> column(relation, compare.field());
            case Filter.Is is -> column(relation, is.field());
            case Filter.FullText text -> column(relation, text.field());
            case Filter.NoRelated _ -> true;
            case Filter.Aggregated(Selection.Field field, Filter _) -> field(relation, field);
        };
    }
}
