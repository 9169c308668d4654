package dev.galley.graphql;

import dev.galley.query.Bindings;
import dev.galley.query.Value;
import dev.galley.query.document.Content;
import dev.galley.query.document.Document;
import dev.galley.query.document.Member;
import dev.galley.schema.Column;
import graphql.normalized.ExecutableNormalizedField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An operation as a document: the fields of a query together, each field of a mutation by itself. */
final class OperationReader {
    private final RoleSchema schema;
    private final Values values;
    private final FilterReader filters;
    private final SelectionReader selections;

    OperationReader(RoleSchema schema, Bindings bindings) {
        this.schema = schema;
        this.values = new Values(bindings);
        this.filters = new FilterReader(values);
        this.selections = new SelectionReader(schema, values, filters);
    }

    /** @param fields without those of introspection */
    Document.Query query(List<ExecutableNormalizedField> fields) {
        List<Member> members = new ArrayList<>();
        for (ExecutableNormalizedField field : fields) {
            members.add(new Member(
                    field.getResultKey(),
                    field.getFieldName().equals(SelectionReader.TYPENAME)
                            ? new Content.Fixed(SchemaMaker.QUERY)
                            : selections.root(field, schema.meaning(SchemaMaker.QUERY, field.getFieldName()))));
        }
        return new Document.Query(members);
    }

    Document.Mutation mutation(List<ExecutableNormalizedField> fields) {
        List<Document.Change> changes = new ArrayList<>();
        for (ExecutableNormalizedField field : fields) {
            changes.add(new Document.Change(field.getResultKey(), work(field)));
        }
        return new Document.Mutation(changes);
    }

    private Document.Work work(ExecutableNormalizedField field) {
        if (field.getFieldName().equals(SelectionReader.TYPENAME)) {
            return new Document.Other(new Content.Fixed(SchemaMaker.MUTATION));
        }
        Map<String, ?> arguments = field.getResolvedArguments();
        Meaning meaning = schema.meaning(SchemaMaker.MUTATION, field.getFieldName());
        return switch (meaning) {
            case Meaning.Insert(var table) -> insert(field, table, arguments.get(RootFields.OBJECTS));
            case Meaning.Update(var table) ->
                new Document.Update(
                        table.relation().name(),
                        assignments(table, arguments.get(RootFields.SET)),
                        filters.read(arguments.get(Pages.FILTER), table),
                        values.of(arguments.get(RootFields.AT_MOST)),
                        outcomes(field, table));
            case Meaning.Delete(var table) ->
                new Document.Delete(
                        table.relation().name(),
                        filters.read(arguments.get(Pages.FILTER), table),
                        values.of(arguments.get(RootFields.AT_MOST)),
                        outcomes(field, table));
            case Meaning.Call _ -> new Document.Other(selections.root(field, meaning));
            case Meaning.Collection _,
                    Meaning.ByKey _,
                    Meaning.Node _,
                    Meaning.Field _,
                    Meaning.GlobalId _,
                    Meaning.ToOne _,
                    Meaning.ToMany _,
                    Meaning.Computed _ -> throw new IllegalStateException("no change");
        };
    }

    private Document.Insert insert(ExecutableNormalizedField field, Table table, @Nullable Object objects) {
        List<Map<String, Value>> rows = new ArrayList<>();
        Set<String> columns = new LinkedHashSet<>();
        for (Object object : objects instanceof List<?> list ? list : List.of()) {
            Map<String, Value> row = row(table, object);
            columns.addAll(row.keySet());
            rows.add(row);
        }
        if (rows.isEmpty()) {
            throw GraphqlError.input("At least one record must be provided to objects")
                    .thrown();
        }
        return new Document.Insert(table.relation().name(), List.copyOf(columns), rows, outcomes(field, table));
    }

    private Map<String, Value> assignments(Table table, @Nullable Object set) {
        Map<String, Value> assignments = row(table, set);
        if (assignments.isEmpty()) {
            throw GraphqlError.input("At least one mapping must be provided to set argument")
                    .thrown();
        }
        return assignments;
    }

    private Map<String, Value> row(Table table, @Nullable Object object) {
        Map<String, Value> row = new LinkedHashMap<>();
        Values.members(object).forEach((name, value) -> {
            Column column = Optional.ofNullable(table.fields().get(name)).orElseThrow();
            row.put(column.name(), values.of(value, column.type()));
        });
        return row;
    }

    private List<Document.OfChange> outcomes(ExecutableNormalizedField field, Table table) {
        List<Document.OfChange> outcomes = new ArrayList<>();
        for (ExecutableNormalizedField child : field.getChildren()) {
            Document.Outcome outcome = switch (child.getFieldName()) {
                case "affectedCount" -> new Document.AffectedCount();
                case "records" -> new Document.Records(selections.members(child, table));
                default -> new Document.Fixed(child.getSingleObjectTypeName());
            };
            outcomes.add(new Document.OfChange(child.getResultKey(), outcome));
        }
        return outcomes;
    }
}
