package dev.galley.graphql;

import static graphql.schema.GraphQLTypeReference.typeRef;

import dev.galley.query.document.Predicate.Operator;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNonNull;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The input types by which a field of a type is filtered: {@code IntFilter}, {@code StringListFilter}. */
final class Filters {
    static final String IN = "in";
    static final String IS = "is";
    static final String FILTER_IS = "FilterIs";

    static final Map<String, Operator> OPERATORS = operators();

    private static final List<String> ORDERED = List.of("eq", "gt", "gte", IN, IS, "lt", "lte", "neq");
    private static final List<String> TEXT =
            List.of("eq", "gt", "gte", "ilike", IN, "iregex", IS, "like", "lt", "lte", "neq", "regex", "startsWith");
    private static final List<String> LIST = List.of("containedBy", "contains", "eq", IS, "overlaps");

    private static final Map<String, List<String>> BY_SCALAR = Map.ofEntries(
            Map.entry("ID", List.of("eq")),
            Map.entry(Scalars.UUID, List.of("eq", IN, IS, "neq")),
            Map.entry("Boolean", List.of("eq", IS)),
            Map.entry("Int", ORDERED),
            Map.entry("Float", ORDERED),
            Map.entry("String", TEXT),
            Map.entry(Scalars.BIG_INT, ORDERED),
            Map.entry(Scalars.BIG_FLOAT, ORDERED),
            Map.entry(Scalars.DATE, ORDERED),
            Map.entry(Scalars.TIME, ORDERED),
            Map.entry(Scalars.DATETIME, ORDERED),
            Map.entry(Scalars.OPAQUE, List.of("eq", IS)));

    private static final Set<String> IN_LISTS = Set.of(
            "Boolean",
            "Int",
            "Float",
            "String",
            Scalars.UUID,
            Scalars.BIG_INT,
            Scalars.BIG_FLOAT,
            Scalars.DATE,
            Scalars.TIME,
            Scalars.DATETIME);

    private final Map<String, GraphQLInputObjectType> types = new LinkedHashMap<>();

    /** With those of all scalars. */
    Filters() {
        BY_SCALAR.keySet().forEach(type -> of(type, false, false));
        IN_LISTS.forEach(type -> of(type, true, false));
    }

    void ofEnum(String type) {
        of(type, false, true);
    }

    private static Map<String, Operator> operators() {
        return Map.ofEntries(
                Map.entry("eq", Operator.EQ),
                Map.entry("neq", Operator.NEQ),
                Map.entry("lt", Operator.LT),
                Map.entry("lte", Operator.LTE),
                Map.entry("gt", Operator.GT),
                Map.entry("gte", Operator.GTE),
                Map.entry("startsWith", Operator.STARTS_WITH),
                Map.entry("like", Operator.LIKE),
                Map.entry("ilike", Operator.ILIKE),
                Map.entry("regex", Operator.REGEX),
                Map.entry("iregex", Operator.IREGEX),
                Map.entry("contains", Operator.CONTAINS),
                Map.entry("containedBy", Operator.CONTAINED_BY),
                Map.entry("overlaps", Operator.OVERLAPS));
    }

    /**
     * The name of the filter for values of a type.
     *
     * @param enumeration whether the type is an enum
     */
    Optional<String> of(String type, boolean list, boolean enumeration) {
        Optional<List<String>> operators = list
                ? Optional.of(LIST).filter(_ -> IN_LISTS.contains(type))
                : Optional.ofNullable(enumeration ? List.of("eq", IN, IS, "neq") : BY_SCALAR.get(type));
        return operators.map(names -> {
            String name = type + (list ? "List" : "") + "Filter";
            types.computeIfAbsent(name, _ -> make(name, type, list, names));
            return name;
        });
    }

    private static GraphQLInputObjectType make(String name, String type, boolean list, List<String> operators) {
        GraphQLInputObjectType.Builder builder = GraphQLInputObjectType.newInputObject()
                .name(name)
                .description("Boolean expression comparing fields on type \"" + type + (list ? "List" : "") + "\"");
        for (String operator : operators) {
            GraphQLInputType of = operator.equals(IS)
                    ? typeRef(FILTER_IS)
                    : list || operator.equals(IN)
                            ? GraphQLList.list(GraphQLNonNull.nonNull(typeRef(type)))
                            : typeRef(type);
            builder.field(
                    GraphQLInputObjectField.newInputObjectField().name(operator).type(of));
        }
        return builder.build();
    }

    static GraphQLEnumType filterIs() {
        return GraphQLEnumType.newEnum()
                .name(FILTER_IS)
                .value("NULL")
                .value("NOT_NULL")
                .build();
    }

    Map<String, GraphQLInputObjectType> types() {
        return types;
    }
}
