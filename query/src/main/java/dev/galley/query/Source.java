package dev.galley.query;

import dev.galley.schema.Column;
import dev.galley.schema.Identifiers;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Rows under an alias that the names of a query are resolved against. Remembers which columns were used. */
final class Source {
    private final QualifiedName name;
    private final String alias;
    private final Map<String, Type> columns;
    private final Map<String, Routine> computed;
    private final String rowSql;
    private final Set<String> used = new HashSet<>();

    private Source(
            QualifiedName name, String alias, Map<String, Type> columns, Map<String, Routine> computed, String rowSql) {
        this.name = name;
        this.alias = alias;
        this.columns = columns;
        this.computed = computed;
        this.rowSql = rowSql;
    }

    /** The rows of a relation itself. */
    static Source of(Relation relation, String alias, SchemaModel schema) {
        return new Source(relation.name(), alias, typesOf(relation), computed(relation, schema), alias + ".*");
    }

    /** Rows of that relation that come from a common table expression and have lost its row type. */
    static Source copyOf(Relation relation, String alias, SchemaModel schema) {
        String row = "(" + alias + ".*)::" + relation.name().sql();
        return new Source(relation.name(), alias, typesOf(relation), computed(relation, schema), row);
    }

    /** Rows of no relation. */
    static Source plain(QualifiedName name, String alias, Map<String, Type> columns) {
        return new Source(name, alias, columns, Map.of(), alias + ".*");
    }

    static Map<String, Type> typesOf(Relation relation) {
        Map<String, Type> types = new LinkedHashMap<>();
        for (Column column : relation.columns().values()) {
            types.put(column.name(), column.type());
        }
        return types;
    }

    private static Map<String, Routine> computed(Relation relation, SchemaModel schema) {
        return schema.computedFields().getOrDefault(relation.name(), Map.of());
    }

    /** The name of the relation, or of the function when its rows are those of no relation. */
    QualifiedName name() {
        return name;
    }

    String alias() {
        return alias;
    }

    /** The columns of {@code *}. */
    Map<String, Type> columns() {
        return columns;
    }

    Set<String> used() {
        return used;
    }

    boolean has(String column) {
        return columns.containsKey(column) || computed.containsKey(column);
    }

    /** A column or computed field. */
    Expression column(String column) {
        Type type = columns.get(column);
        if (type != null) {
            used.add(column);
            return new Expression(alias + "." + Identifiers.quote(column), type);
        }
        Routine routine = computed.get(column);
        if (routine != null) {
            return new Expression(
                    routine.name().sql() + "(" + row() + ")", routine.returns().type());
        }
        throw new QueryException(new QueryError.UnknownColumn(name, column));
    }

    /** The whole row, as an argument of a function on it. */
    String row() {
        used.addAll(columns.keySet());
        return rowSql;
    }
}
