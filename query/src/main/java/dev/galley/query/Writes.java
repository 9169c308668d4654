package dev.galley.query;

import dev.galley.schema.Column;
import dev.galley.schema.Identifiers;
import dev.galley.schema.Relation;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compiles inserts, updates and deletes: the statement itself; {@link Written} adds what it gives back. */
final class Writes {
    /** A run-time parameter that counts the new rows of an insert that may merge: PostgreSQL itself does not tell them apart. */
    static final String INSERTED = "galley.inserted";

    private final Scope scope;
    private final Relation relation;
    private final Source target;

    private Writes(Scope scope, Relation relation) {
        this.scope = scope;
        this.relation = relation;
        this.target = Source.of(relation, scope.alias(), scope.schema());
    }

    static Compiled insert(Insert insert, SchemaModel schema, PlannerSettings settings, Form form) {
        Writes writes = new Writes(new Scope(schema, settings, form), Reads.relation(insert.into(), schema));
        return writes.written(writes.insert(insert)).compile(insert.returning(), form);
    }

    static Compiled update(Update update, SchemaModel schema, PlannerSettings settings, Form form) {
        Writes writes = new Writes(new Scope(schema, settings, form), Reads.relation(update.relation(), schema));
        if (update.payload().columns().isEmpty()) {
            return writes.nothing().compile(update.returning(), form);
        }
        return writes.written(writes.update(update)).compile(update.returning(), form);
    }

    static Compiled delete(Delete delete, SchemaModel schema, PlannerSettings settings, Form form) {
        Writes writes = new Writes(new Scope(schema, settings, form), Reads.relation(delete.relation(), schema));
        String sql = "DELETE FROM " + writes.table() + where(writes.conditions(writes.target, delete.filter()));
        return writes.written(sql).compile(delete.returning(), form);
    }

    private Written written(String statement) {
        return new Written(scope, relation, target, columns -> statement + " RETURNING " + columns);
    }

    /** An update without columns changes nothing, but still checks what it is asked to give back. */
    private Written nothing() {
        return new Written(
                scope, relation, target, columns -> "SELECT " + columns + " FROM " + table() + " WHERE false");
    }

    private String table() {
        return relation.name().sql() + " AS " + target.alias();
    }

    private List<String> conditions(Source source, Filter filter) {
        return new Conditions(scope, source, label -> {
                    throw new QueryException(new QueryError.NotEmbedded(label));
                })
                .all(filter);
    }

    private static String where(List<String> conditions) {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private String insert(Insert insert) {
        Body body = Body.of(insert.payload(), insert.defaults(), relation, scope.parameters());
        boolean put = !insert.restrict().equals(Filter.NONE);
        if (put && relation.primaryKey().isEmpty()) {
            throw new QueryException(new QueryError.NoPrimaryKey(relation.name()));
        }
        List<String> conditions = new ArrayList<>(conditions(payloadRow(body), insert.restrict()));
        String conflict = insert.onConflict().map(on -> onConflict(on, body)).orElse("");
        if (merges(insert)) {
            // Last, so that only rows that pass the other conditions are counted.
            conditions.add(count(1, "0"));
        }
        String names = body.columns().isEmpty() ? "" : " (" + body.names("") + ")";
        return "INSERT INTO " + table() + names + " SELECT " + body.names(Body.ALIAS + ".") + " FROM " + body.from()
                + where(conditions) + conflict;
    }

    private Source payloadRow(Body body) {
        Map<String, Type> types = new LinkedHashMap<>();
        for (Column column : body.columns()) {
            types.put(column.name(), column.type());
        }
        return Source.plain(relation.name(), Body.ALIAS, types);
    }

    private static boolean merges(Insert insert) {
        return insert.onConflict()
                .filter(on -> on.resolution() == Insert.Resolution.MERGE_DUPLICATES)
                .isPresent();
    }

    /** Without a conflict target and without a primary key there is nothing to conflict with. */
    private String onConflict(Insert.OnConflict on, Body body) {
        List<String> names = on.columns().isEmpty() ? relation.primaryKey() : on.columns();
        if (names.isEmpty()) {
            return "";
        }
        List<String> target = names.stream()
                .map(name -> Identifiers.quote(Body.column(relation, name).name()))
                .toList();
        String action = switch (on.resolution()) {
            case IGNORE_DUPLICATES -> "NOTHING";
            case MERGE_DUPLICATES -> body.columns().isEmpty() ? "NOTHING" : merge(body);
        };
        return " ON CONFLICT (" + String.join(", ", target) + ") DO " + action;
    }

    private static String merge(Body body) {
        List<String> sets = body.columns().stream()
                .map(column -> Identifiers.quote(column.name()))
                .map(name -> name + " = EXCLUDED." + name)
                .toList();
        return "UPDATE SET " + String.join(", ", sets) + " WHERE " + count(-1, "-1");
    }

    /** Adds to the count; always true, since it never takes the impossible value. */
    private static String count(int change, String impossible) {
        return "set_config('" + INSERTED + "', (coalesce(nullif(current_setting('" + INSERTED
                + "', true), ''), '0')::int + " + change + ")::text, true) <> '" + impossible + "'";
    }

    private String update(Update update) {
        Body body = Body.of(update.payload(), update.defaults(), relation, scope.parameters());
        List<String> sets = body.columns().stream()
                .map(column -> Identifiers.quote(column.name()))
                .map(name -> name + " = " + Body.ALIAS + "." + name)
                .toList();
        return "UPDATE " + table() + " SET " + String.join(", ", sets) + " FROM " + body.from()
                + where(conditions(target, update.filter()));
    }
}
