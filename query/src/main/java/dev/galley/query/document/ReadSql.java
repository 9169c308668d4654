package dev.galley.query.document;

import dev.galley.query.Names;
import dev.galley.query.Parameters;
import dev.galley.query.Types;
import dev.galley.schema.Identifiers;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.Routine;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What stands at a key, as an SQL expression of JSON. */
final class ReadSql {
    private static final int BIGINT = 20;
    private static final int NUMERIC = 1700;
    private static final int JSON = 114;
    private static final int JSONB = 3802;

    private final SchemaModel schema;
    private final Parameters parameters;
    private final ConditionSql conditions;
    private final PageSql pages;
    private final CompositeSql composites = new CompositeSql(this);
    private int aliases;

    ReadSql(SchemaModel schema, Parameters parameters) {
        this.schema = schema;
        this.parameters = parameters;
        this.conditions = new ConditionSql(this, parameters);
        this.pages = new PageSql(this, conditions, parameters);
    }

    String alias() {
        return "t" + ++aliases;
    }

    Relation relation(QualifiedName name) {
        return schema.relation(name).orElseThrow(() -> new IllegalArgumentException("no relation " + name));
    }

    String object(List<Member> members, Around row) {
        return JsonSql.object(members.stream()
                .map(member -> new JsonSql.Pair(member.key(), value(member.content(), Optional.of(row))))
                .toList());
    }

    String value(Content content, Optional<Around> row) {
        return switch (content) {
            case Content.Fixed(var text) -> JsonSql.text(text);
            case Content.Field(var column, var labels) -> field(column, labels, row.orElseThrow());
            case Content.Composite(var column, var parts) -> composites.column(column, parts, row.orElseThrow());
            case Content.GlobalId(var key) -> globalId(key, row.orElseThrow());
            case Content.Computed(var function) -> computed(function, row.orElseThrow());
            case Content.Called(var call) -> called(call);
            case Content.Row(var source, var where, var members) -> row(source, where, members, row);
            case Content.Page(var paging, var members) -> pages.sql(paging, members, row);
        };
    }

    static String field(String column, Map<String, String> labels, Around row) {
        return labelled(row.column(column), ConditionSql.column(row, column), labels);
    }

    static String labelled(String value, Type type, Map<String, String> labels) {
        if (!labels.isEmpty()) {
            return labels.entrySet().stream()
                    .map(label -> " WHEN " + Names.literal(label.getKey()) + " THEN " + Names.literal(label.getValue()))
                    .collect(Collectors.joining("", "CASE " + value + "::text", " ELSE " + value + "::text END"));
        }
        return shown(value, type);
    }

    /** Numbers that a client might round, and JSON, are texts. */
    static String shown(String value, Type type) {
        boolean list = type.kind() == Type.Kind.ARRAY;
        Type element = list ? type.base().orElse(type) : type;
        return switch (element.oid()) {
            case BIGINT, NUMERIC -> "(" + value + ")::text" + (list ? "[]" : "");
            case JSON, JSONB -> list ? "(" + value + ")::text[]" : "(" + value + " #>> '{}')";
            default -> value;
        };
    }

    private static String globalId(List<String> key, Around row) {
        List<String> values = new ArrayList<>();
        values.add(JsonSql.text(row.relation().name().schema()));
        values.add(JsonSql.text(row.relation().name().name()));
        key.forEach(column -> values.add(row.column(column)));
        return JsonSql.opaque(values);
    }

    private String computed(QualifiedName function, Around row) {
        Routine routine = schema.computedFields()
                .getOrDefault(row.relation().name(), Map.of())
                .get(function.name());
        String call = function.sql() + "(" + row.whole() + ")";
        return routine == null ? call : shown(call, routine.returns().type());
    }

    private String called(Invocation call) {
        Type type = schema.routines(call.function()).getFirst().returns().type();
        return "(SELECT " + shown(invocation(call), type) + " LIMIT 1)";
    }

    private String row(Source source, Optional<Predicate> where, List<Member> members, Optional<Around> outer) {
        Around row = Around.table(relation(source.relation()), alias());
        String from = from(source, row, outer);
        // A function that returns no row returns one of nothing but nulls.
        String present = source instanceof Source.Computed || source instanceof Source.Called
                ? " AND NOT (" + row.alias() + " IS NULL)"
                : "";
        return "(SELECT " + object(members, row) + " FROM " + from + " WHERE " + condition(source, where, row, outer)
                + present + " LIMIT 1)";
    }

    String from(Source source, Around row, Optional<Around> outer) {
        String rows = switch (source) {
            case Source.Whole(var relation) -> relation.sql();
            case Source.Related(var relation, var pairs) -> relation.sql();
            case Source.Through through -> through.relation().sql();
            case Source.Computed(var relation, var function) ->
                function.sql() + "(" + outer.orElseThrow().whole() + ")";
            case Source.Called(var relation, var call) -> invocation(call);
        };
        return rows + " AS " + row.alias();
    }

    String condition(Source source, Optional<Predicate> where, Around row, Optional<Around> outer) {
        List<String> all = new ArrayList<>();
        if (source instanceof Source.Related(var relation, var pairs)) {
            pairs.forEach(pair ->
                    all.add(row.column(pair.to()) + " = " + outer.orElseThrow().column(pair.from())));
        }
        if (source instanceof Source.Through through) {
            all.add(tied(through, row, outer.orElseThrow()));
        }
        where.ifPresent(predicate -> all.add(conditions.of(predicate, row)));
        return all.isEmpty() ? "true" : String.join(" AND ", all);
    }

    private String tied(Source.Through through, Around row, Around outer) {
        Around junction = Around.table(relation(through.junction()), alias());
        return Stream.concat(
                        through.near().stream()
                                .map(pair -> junction.column(pair.to()) + " = " + outer.column(pair.from())),
                        through.far().stream()
                                .map(pair -> junction.column(pair.from()) + " = " + row.column(pair.to())))
                .collect(Collectors.joining(
                        " AND ",
                        "EXISTS (SELECT FROM " + through.junction().sql() + " AS " + junction.alias() + " WHERE ",
                        ")"));
    }

    private String invocation(Invocation call) {
        return call.arguments().stream()
                .map(argument -> Identifiers.quote(argument.name()) + " => CAST(" + parameters.add(argument.value())
                        + " AS " + Types.unmodified(argument.type()) + ")")
                .collect(Collectors.joining(", ", call.function().sql() + "(", ")"));
    }

    ConditionSql conditions() {
        return conditions;
    }
}
