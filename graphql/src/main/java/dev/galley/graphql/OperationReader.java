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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An operation as a document: the fields of a query together, each field of a mutation by itself. */
final class OperationReader {
    private final RoleSchema schema;
    private final Values values;
    private final FilterReader filters;
    private final SelectionReader selections;

    OperationReader(RoleSchema schema, Bindings bindings) {
        this.schema = schema;
        this.values = new Values(bindings, schema);
        this.filters = new FilterReader(values);
        this.selections = new SelectionReader(schema, values, filters);
    }

    /**
     * @param fields without those of introspection
     * @param errors is given those of fields that ask for nonsense; the others are answered
     */
    Document.Query query(List<ExecutableNormalizedField> fields, List<GraphqlError> errors) {
        List<Member> members = new ArrayList<>();
        for (ExecutableNormalizedField field : fields) {
            try {
                members.add(new Member(
                        field.getResultKey(),
                        field.getFieldName().equals(SelectionReader.TYPENAME)
                                ? new Content.Fixed(SchemaMaker.QUERY)
                                : selections.root(field, schema.meaning(SchemaMaker.QUERY, field.getFieldName()))));
            } catch (GraphqlException refused) {
                refused.errors()
                        .forEach(error -> errors.add(fields.size() > 1 ? error.at(field.getResultKey()) : error));
            }
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
            case Meaning.Insert(var table) -> insert(field, table, arguments);
            case Meaning.Update(var table) ->
                new Document.Update(
                        table.relation().name(),
                        assignments(table, arguments.get(RootFields.SET)),
                        filters.read(arguments.get(Pages.FILTER), table),
                        atMost(arguments.get(RootFields.AT_MOST)),
                        outcomes(field, table));
            case Meaning.Delete(var table) ->
                new Document.Delete(
                        table.relation().name(),
                        filters.read(arguments.get(Pages.FILTER), table),
                        atMost(arguments.get(RootFields.AT_MOST)),
                        outcomes(field, table));
            case Meaning.Call _ -> new Document.Other(selections.root(field, meaning));
            case Meaning.Collection _,
                    Meaning.ByKey _,
                    Meaning.Node _,
                    Meaning.Field _,
                    Meaning.GlobalId _,
                    Meaning.ToOne _,
                    Meaning.ToMany _,
                    Meaning.Composite _,
                    Meaning.Computed _ -> throw new IllegalStateException("no change");
        };
    }

    /** One, where nothing is said. */
    private Value atMost(@Nullable Object given) {
        if (given == null) {
            return values.of(1);
        }
        if (!(given instanceof Number number)) {
            throw GraphqlError.input("`" + RootFields.AT_MOST + "` must be an integer")
                    .thrown();
        }
        return values.of(number.longValue());
    }

    private Document.Work insert(ExecutableNormalizedField field, Table table, Map<String, ?> arguments) {
        List<?> objects = arguments.get(RootFields.OBJECTS) instanceof List<?> list ? list : List.of();
        if (objects.isEmpty()) {
            throw GraphqlError.input("At least one record must be provided to objects")
                    .thrown();
        }
        Object onConflict = arguments.get(Upserts.ARGUMENT);
        NestedReader nested = new NestedReader(schema, values);
        if (nested.isNested(objects, table)) {
            if (onConflict != null) {
                throw GraphqlError.input("Records with others inside them cannot be merged")
                        .thrown();
            }
            return new Document.NestedInsert(nested.read(objects, table), outcomes(field, table));
        }
        RowsReader rows = RowsReader.of(objects, table, values);
        return new Document.Insert(
                table.relation().name(),
                rows.rows(values),
                Upserts.read(onConflict, table, rows.columns(), filters),
                outcomes(field, table));
    }

    private Map<String, Value> assignments(Table table, @Nullable Object set) {
        Map<String, Value> assignments = new LinkedHashMap<>();
        Values.members(set).forEach((name, value) -> {
            Column column = table.updateFields().get(name);
            if (column == null) {
                throw Values.extra(table.type() + "UpdateInput", List.of(name));
            }
            assignments.put(column.name(), values.of(value, column));
        });
        if (assignments.isEmpty()) {
            throw GraphqlError.input("At least one mapping must be provided to set argument")
                    .thrown();
        }
        return assignments;
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
