package dev.galley.query.document;

import dev.galley.query.NestedWrite;
import dev.galley.query.Types;
import dev.galley.query.Value;
import dev.galley.schema.Column;
import dev.galley.schema.Identifiers;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Changes as SQL: a statement whose one row holds the answer and the number of rows changed.
 *
 * @param readable the columns that the caller may read, by relation: what a change may return
 */
record ChangeSql(ReadSql reads, Map<QualifiedName, Set<String>> readable) {

    String sql(Document.Work work) {
        return switch (work) {
            case Document.Insert insert -> insert(insert);
            case Document.NestedInsert nested -> nested(nested);
            case Document.Update(var name, var set, var where, var atMost, var members) -> {
                Around row = Around.table(reads.relation(name), reads.alias());
                String assignments = set.entrySet().stream()
                        .map(each -> Identifiers.quote(each.getKey()) + " = "
                                + value(row.relation(), each.getKey(), each.getValue()))
                        .collect(Collectors.joining(", "));
                yield answered(
                        "UPDATE " + name.sql() + " AS " + row.alias() + " SET " + assignments + where(where, row),
                        row,
                        members);
            }
            case Document.Delete(var name, var where, var atMost, var members) -> {
                Around row = Around.table(reads.relation(name), reads.alias());
                yield answered("DELETE FROM " + name.sql() + " AS " + row.alias() + where(where, row), row, members);
            }
            case Document.Other(var content) -> "SELECT to_json(" + reads.value(content, Optional.empty()) + "), 0";
        };
    }

    private String insert(Document.Insert insert) {
        Around row = Around.table(reads.relation(insert.relation()), reads.alias());
        String target = "INSERT INTO " + insert.relation().sql() + " AS " + row.alias();
        String rows = switch (insert.rows()) {
            case Document.Alike(var columns, var values, var _) -> alike(row.relation(), columns, values);
            case Document.Each(var columns, var each) -> each(row.relation(), columns, each);
        };
        String conflict =
                insert.onConflict().map(given -> onConflict(given, row)).orElse("");
        return answered(target + rows + conflict, row, insert.members());
    }

    private String each(Relation relation, List<String> given, List<Map<String, Value>> rows) {
        if (given.isEmpty() && rows.size() == 1) {
            return " DEFAULT VALUES";
        }
        // A row of defaults needs one column to say so.
        List<String> columns =
                given.isEmpty() ? List.of(relation.columns().keySet().iterator().next()) : given;
        return quoted(columns)
                + rows.stream()
                        .map(row -> columns.stream()
                                .map(column -> Optional.ofNullable(row.get(column))
                                        .map(value -> value(relation, column, value))
                                        .orElse("DEFAULT"))
                                .collect(Collectors.joining(", ", "(", ")")))
                        .collect(Collectors.joining(", ", " VALUES ", ""));
    }

    private String alike(Relation relation, List<String> columns, List<Value> values) {
        String rows = reads.alias();
        List<String> selected = new ArrayList<>();
        List<String> arrays = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Type type = relation.column(columns.get(i)).map(Column::type).orElseThrow();
            names.add("v" + i);
            selected.add("CAST(" + rows + ".v" + i + " AS " + Types.unmodified(type) + ")");
            arrays.add(reads.conditions().texts(values.get(i)));
        }
        return quoted(columns) + " SELECT " + String.join(", ", selected) + " FROM unnest(" + String.join(", ", arrays)
                + ") WITH ORDINALITY AS " + rows + "(" + String.join(", ", names) + ", n) ORDER BY " + rows + ".n";
    }

    private static String quoted(List<String> columns) {
        return columns.stream().map(Identifiers::quote).collect(Collectors.joining(", ", " (", ")"));
    }

    private String onConflict(Document.OnConflict conflict, Around row) {
        String target = conflict.key().isEmpty() ? "" : quoted(conflict.key());
        if (conflict.update().isEmpty()) {
            return " ON CONFLICT" + target + " DO NOTHING";
        }
        return conflict.update().stream()
                        .map(Identifiers::quote)
                        .map(column -> column + " = EXCLUDED." + column)
                        .collect(Collectors.joining(", ", " ON CONFLICT" + target + " DO UPDATE SET ", ""))
                + conflict.where().map(_ -> where(conflict.where(), row)).orElse("");
    }

    /** The rows as they are once all levels are written. */
    private String nested(Document.NestedInsert nested) {
        Relation relation = reads.relation(nested.tree().relation());
        Around row = Around.table(relation, reads.alias());
        boolean counted = nested.members().stream().noneMatch(member -> member.outcome() instanceof Document.Records);
        return "SELECT " + object(nested.members(), row, NestedWrite.order()) + ", count(*) FROM "
                + (counted ? NestedWrite.count(relation) : NestedWrite.rows(relation, row.alias()));
    }

    private String value(Relation relation, String column, Value value) {
        return reads.conditions()
                .value(value, relation.column(column).map(Column::type).orElseThrow());
    }

    private String where(Optional<Predicate> where, Around row) {
        return " WHERE "
                + where.map(predicate -> reads.conditions().of(predicate, row)).orElse("true");
    }

    private String answered(String change, Around changed, List<Document.OfChange> members) {
        Set<String> columns = readable.getOrDefault(changed.relation().name(), Set.of());
        String returned = changed.relation().columns().keySet().stream()
                .filter(columns::contains)
                .map(changed::column)
                .collect(Collectors.joining(", "));
        String alias = reads.alias();
        String whole = changed.relation().columns().keySet().stream()
                .map(column -> alias + "." + Identifiers.quote(column))
                .collect(Collectors.joining(
                        ", ", "CAST(ROW(", ") AS " + changed.relation().name().sql() + ")"));
        Around row = new Around(changed.relation(), alias, whole);
        return "WITH changed AS (" + change + " RETURNING " + (returned.isEmpty() ? "1" : returned) + ") SELECT "
                + object(members, row, "") + ", count(*) FROM changed AS " + alias;
    }

    private String object(List<Document.OfChange> members, Around row, String order) {
        return JsonSql.object(members.stream()
                .map(member -> new JsonSql.Pair(member.key(), outcome(member.outcome(), row, order)))
                .toList());
    }

    private String outcome(Document.Outcome outcome, Around row, String order) {
        return switch (outcome) {
            case Document.AffectedCount _ -> "count(*)";
            case Document.Records(var members) ->
                "coalesce(json_agg(" + reads.object(members, row) + order + "), '[]'::json)";
            case Document.Fixed(var text) -> JsonSql.text(text);
        };
    }
}
