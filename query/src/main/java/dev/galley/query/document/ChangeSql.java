package dev.galley.query.document;

import dev.galley.query.Value;
import dev.galley.schema.Column;
import dev.galley.schema.Identifiers;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
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
        if (insert.columns().isEmpty() && insert.rows().size() == 1) {
            return answered(target + " DEFAULT VALUES", row, insert.members());
        }
        // A row of defaults needs one column to say so.
        List<String> columns = insert.columns().isEmpty()
                ? List.of(row.relation().columns().keySet().iterator().next())
                : insert.columns();
        String values = insert.rows().stream()
                .map(given -> columns.stream()
                        .map(column -> Optional.ofNullable(given.get(column))
                                .map(value -> value(row.relation(), column, value))
                                .orElse("DEFAULT"))
                        .collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", "));
        return answered(
                target + columns.stream().map(Identifiers::quote).collect(Collectors.joining(", ", " (", ")"))
                        + " VALUES " + values,
                row,
                insert.members());
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
        String object = JsonSql.object(members.stream()
                .map(member -> new JsonSql.Pair(member.key(), outcome(member.outcome(), row)))
                .toList());
        return "WITH changed AS (" + change + " RETURNING " + (returned.isEmpty() ? "1" : returned) + ") SELECT "
                + object + ", count(*) FROM changed AS " + alias;
    }

    private String outcome(Document.Outcome outcome, Around row) {
        return switch (outcome) {
            case Document.AffectedCount _ -> "count(*)";
            case Document.Records(var members) -> "coalesce(json_agg(" + reads.object(members, row) + "), '[]'::json)";
            case Document.Fixed(var text) -> JsonSql.text(text);
        };
    }
}
