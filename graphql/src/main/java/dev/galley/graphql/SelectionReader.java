package dev.galley.graphql;

import dev.galley.query.document.Content;
import dev.galley.query.document.Invocation;
import dev.galley.query.document.Member;
import dev.galley.query.document.Predicate;
import dev.galley.query.document.Source;
import dev.galley.schema.Column;
import dev.galley.schema.Routine;
import dev.galley.schema.Type;
import graphql.normalized.ExecutableNormalizedField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is selected, as content of a document. Fields come with fragments unfolded and merged. */
final class SelectionReader {
    static final String TYPENAME = "__typename";

    private final RoleSchema schema;
    private final Values values;
    private final PageReader pages;

    SelectionReader(RoleSchema schema, Values values, FilterReader filters) {
        this.schema = schema;
        this.values = values;
        this.pages = new PageReader(values, filters);
    }

    /** A field of the query, or a function of the mutation. */
    Content root(ExecutableNormalizedField field, Meaning meaning) {
        Map<String, ?> arguments = field.getResolvedArguments();
        return switch (meaning) {
            case Meaning.Collection(var table) ->
                page(field, table, new Source.Whole(table.relation().name()));
            case Meaning.ByKey(var table) -> {
                List<Predicate> key = new ArrayList<>();
                arguments.forEach((name, value) -> key.add(
                        new Predicate.Compare(column(table, name).name(), Predicate.Operator.EQ, values.of(value))));
                yield row(field, table, new Source.Whole(table.relation().name()), Optional.of(new Predicate.All(key)));
            }
            case Meaning.Node _ -> node(field, arguments);
            case Meaning.Call call -> call(field, call, arguments);
            case Meaning.Insert _, Meaning.Update _, Meaning.Delete _ ->
                throw new IllegalStateException("a change is no content");
            case Meaning.Field _,
                    Meaning.Composite _,
                    Meaning.GlobalId _,
                    Meaning.ToOne _,
                    Meaning.ToMany _,
                    Meaning.Computed _ -> throw new IllegalStateException("no field of a root");
        };
    }

    private static Column column(Table table, String field) {
        return Optional.ofNullable(table.fields().get(field)).orElseThrow();
    }

    private Content node(ExecutableNormalizedField field, Map<String, ?> arguments) {
        GlobalIds.Id id = GlobalIds.id(arguments.get(TableTypes.NODE_ID));
        Table table = schema.tables().values().stream()
                .filter(each -> each.relation().name().equals(id.relation()))
                .findFirst()
                .orElseThrow(
                        () -> GraphqlError.input("Collection referenced by nodeId did not match any known collection")
                                .thrown());
        return row(
                field,
                table,
                new Source.Whole(table.relation().name()),
                Optional.of(GlobalIds.predicate(arguments.get(TableTypes.NODE_ID), table, values)));
    }

    private Content call(ExecutableNormalizedField field, Meaning.Call call, Map<String, ?> arguments) {
        List<Invocation.Argument> given = new ArrayList<>();
        call.arguments().forEach((name, parameter) -> {
            if (arguments.containsKey(name)) {
                given.add(argument(parameter, arguments.get(name)));
            }
        });
        Invocation invocation = new Invocation(call.routine().name(), given);
        return switch (call.returned()) {
            case Functions.Returned.Value _ -> new Content.Called(invocation);
            case Functions.Returned.Rows(var table, var many) -> {
                Source source = new Source.Called(table.relation().name(), invocation);
                yield many ? page(field, table, source) : row(field, table, source, Optional.empty());
            }
        };
    }

    private Invocation.Argument argument(Routine.Parameter parameter, @Nullable Object value) {
        return new Invocation.Argument(parameter.name(), parameter.type(), values.of(value, parameter.type()));
    }

    List<Member> members(ExecutableNormalizedField field, Table table) {
        List<Member> members = new ArrayList<>();
        for (ExecutableNormalizedField child : field.getChildren()) {
            if (child.getObjectTypeNames().contains(table.type())) {
                members.add(new Member(child.getResultKey(), content(child, table)));
            }
        }
        return members;
    }

    private Content content(ExecutableNormalizedField field, Table table) {
        if (field.getFieldName().equals(TYPENAME)) {
            return new Content.Fixed(table.type());
        }
        return switch (schema.meaning(table.type(), field.getFieldName())) {
            case Meaning.Field(var column, var labels) -> new Content.Field(column.name(), labels);
            case Meaning.GlobalId(var of) -> new Content.GlobalId(of.key());
            case Meaning.ToOne(var to, var pairs) ->
                row(field, to, new Source.Related(to.relation().name(), pairs), Optional.empty());
            case Meaning.ToMany(var to, var source) -> page(field, to, source);
            case Meaning.Composite(var column, var type) -> new Content.Composite(column.name(), parts(field, type));
            case Meaning.Computed(var function, var returned) ->
                switch (returned) {
                    case Functions.Returned.Value _ -> new Content.Computed(function);
                    case Functions.Returned.Rows(var to, var many) -> {
                        Source source = new Source.Computed(to.relation().name(), function);
                        yield many ? page(field, to, source) : row(field, to, source, Optional.empty());
                    }
                };
            case Meaning.Collection _,
                    Meaning.ByKey _,
                    Meaning.Node _,
                    Meaning.Call _,
                    Meaning.Insert _,
                    Meaning.Update _,
                    Meaning.Delete _ -> throw new IllegalStateException("no field of a record");
        };
    }

    private List<Content.Part> parts(ExecutableNormalizedField field, Composites.Composite type) {
        List<Content.Part> parts = new ArrayList<>();
        for (ExecutableNormalizedField child : field.getChildren()) {
            parts.add(new Content.Part(child.getResultKey(), part(child, type)));
        }
        return parts;
    }

    private Content.OfPart part(ExecutableNormalizedField field, Composites.Composite type) {
        if (field.getFieldName().equals(TYPENAME)) {
            return new Content.PartFixed(type.name());
        }
        Composites.Attribute attribute =
                Optional.ofNullable(type.attributes().get(field.getFieldName())).orElseThrow();
        Type of = attribute.type();
        Type element = of.kind() == Type.Kind.ARRAY ? of.base().orElse(of) : of;
        Composites.Composite inner = schema.composites().get(element.oid());
        return new Content.Attribute(
                attribute.name(),
                of,
                schema.enumNames().getOrDefault(of.oid(), Map.of()),
                inner == null ? List.of() : parts(field, inner));
    }

    private Content row(ExecutableNormalizedField field, Table table, Source source, Optional<Predicate> where) {
        return new Content.Row(source, where, members(field, table));
    }

    private Content page(ExecutableNormalizedField field, Table table, Source source) {
        List<Member.OfPage> parts = new ArrayList<>();
        for (ExecutableNormalizedField child : field.getChildren()) {
            parts.add(new Member.OfPage(child.getResultKey(), part(child, table)));
        }
        return new Content.Page(pages.read(table, source, field.getResolvedArguments()), parts);
    }

    private Member.Part part(ExecutableNormalizedField field, Table table) {
        return switch (field.getFieldName()) {
            case "edges" ->
                new Member.Edges(field.getChildren().stream()
                        .map(child -> new Member.OfEdge(child.getResultKey(), edge(child, table)))
                        .toList());
            case "pageInfo" ->
                new Member.PageInfo(field.getChildren().stream()
                        .map(child -> new Member.OfInfo(child.getResultKey(), fact(child)))
                        .toList());
            case "totalCount" -> new Member.TotalCount();
            case Groups.FIELD -> groups(field, table);
            case "aggregate" ->
                new Member.Aggregates(field.getChildren().stream()
                        .map(child -> new Member.OfAggregates(child.getResultKey(), aggregate(child, table)))
                        .toList());
            default -> typename(field);
        };
    }

    private Member.Groups groups(ExecutableNormalizedField field, Table table) {
        Map<String, ?> arguments = field.getResolvedArguments();
        Map<String, Column> columns = Groups.columns(table);
        List<String> by = new ArrayList<>();
        for (Object name : arguments.get(Groups.BY) instanceof List<?> list ? list : List.of()) {
            Column column = columns.get(String.valueOf(name));
            if (column == null) {
                throw GraphqlError.input("Records cannot be grouped by \"" + name + "\"")
                        .thrown();
            }
            by.add(column.name());
        }
        if (by.isEmpty()) {
            throw GraphqlError.input("At least one column must be provided to by")
                    .thrown();
        }
        List<String> distinct = by.stream().distinct().toList();
        return new Member.Groups(
                distinct,
                values.of(PageReader.rows(arguments, table)),
                field.getChildren().stream()
                        .map(child -> new Member.OfGroup(child.getResultKey(), group(child, table, distinct)))
                        .toList());
    }

    private Member.Group group(ExecutableNormalizedField field, Table table, List<String> by) {
        return switch (field.getFieldName()) {
            case Groups.VALUES ->
                new Member.GroupValues(field.getChildren().stream()
                        .map(child -> new Member.OfGroupValue(child.getResultKey(), grouped(child, table, by)))
                        .toList());
            case TYPENAME -> typename(field);
            default -> new Member.OverGroup(aggregate(field, table));
        };
    }

    private Member.GroupValue grouped(ExecutableNormalizedField field, Table table, List<String> by) {
        if (field.getFieldName().equals(TYPENAME)) {
            return typename(field);
        }
        Column column = column(table, field.getFieldName());
        return new Member.Grouped(
                by.contains(column.name())
                        ? Optional.of(new Content.Field(
                                column.name(),
                                schema.enumNames().getOrDefault(column.type().oid(), Map.of())))
                        : Optional.empty());
    }

    private static Member.Fixed typename(ExecutableNormalizedField field) {
        return new Member.Fixed(field.getSingleObjectTypeName());
    }

    private Member.Edge edge(ExecutableNormalizedField field, Table table) {
        return switch (field.getFieldName()) {
            case "cursor" -> new Member.Cursor();
            case "node" -> new Member.Node(members(field, table));
            default -> typename(field);
        };
    }

    private static Member.PageFact fact(ExecutableNormalizedField field) {
        return switch (field.getFieldName()) {
            case "startCursor" -> new Member.StartCursor();
            case "endCursor" -> new Member.EndCursor();
            case "hasNextPage" -> new Member.HasNextPage();
            case "hasPreviousPage" -> new Member.HasPreviousPage();
            default -> typename(field);
        };
    }

    private static Member.Aggregate aggregate(ExecutableNormalizedField field, Table table) {
        return switch (field.getFieldName()) {
            case "count" -> new Member.Count();
            case TYPENAME -> typename(field);
            default ->
                new Member.Of(
                        Member.Function.valueOf(field.getFieldName().toUpperCase(Locale.ROOT)),
                        field.getChildren().stream()
                                .map(child -> new Member.OfColumn(child.getResultKey(), aggregated(child, table)))
                                .toList());
        };
    }

    private static Member.AggregatedValue aggregated(ExecutableNormalizedField field, Table table) {
        return field.getFieldName().equals(TYPENAME)
                ? typename(field)
                : new Member.Aggregated(column(table, field.getFieldName()).name());
    }
}
