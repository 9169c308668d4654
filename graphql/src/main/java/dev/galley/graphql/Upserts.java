package dev.galley.graphql;

import static graphql.schema.GraphQLNonNull.nonNull;
import static graphql.schema.GraphQLTypeReference.typeRef;

import dev.galley.query.document.Document;
import dev.galley.query.document.Predicate;
import dev.galley.schema.Column;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNamedType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The argument {@code onConflict} of inserts: {@code {columns: [id], update: [name], where: {...}}}. Without {@code columns} the
 * primary key decides; without {@code update} all that is given is set anew, with none of it the row stays as it is.
 */
final class Upserts {
    static final String ARGUMENT = "onConflict";
    private static final String COLUMNS = "columns";
    private static final String UPDATE = "update";
    private static final String WHERE = "where";

    private Upserts() {}

    static List<GraphQLNamedType> of(Table table) {
        List<GraphQLNamedType> made = new ArrayList<>();
        GraphQLInputObjectType.Builder input = GraphQLInputObjectType.newInputObject()
                .name(table.type() + "OnConflict")
                .description("What becomes of a new `" + table.type() + "` record that is there already");
        choice(table.type() + "InsertColumn", table.insertFields().keySet()).ifPresent(type -> {
            made.add(type);
            input.field(
                    field(COLUMNS, type, "The columns of the unique key that decides; the primary key when left out"));
        });
        choice(table.type() + "UpdateColumn", table.updateFields().keySet()).ifPresent(type -> {
            made.add(type);
            input.field(field(UPDATE, type, "The columns that take the new values; all that are given when left out"));
        });
        input.field(GraphQLInputObjectField.newInputObjectField()
                .name(WHERE)
                .type(typeRef(table.type() + "Filter"))
                .description("Which records are changed"));
        made.add(input.build());
        return made;
    }

    private static Optional<GraphQLEnumType> choice(String name, Collection<String> fields) {
        List<String> valid = fields.stream().filter(Naming::isChoice).toList();
        GraphQLEnumType.Builder builder = GraphQLEnumType.newEnum().name(name);
        valid.forEach(builder::value);
        return valid.isEmpty() ? Optional.empty() : Optional.of(builder.build());
    }

    private static GraphQLInputObjectField field(String name, GraphQLEnumType of, String description) {
        return GraphQLInputObjectField.newInputObjectField()
                .name(name)
                .type(GraphQLList.list(nonNull(typeRef(of.getName()))))
                .description(description)
                .build();
    }

    static GraphQLArgument argument(Table table) {
        return TableTypes.argument(
                ARGUMENT, typeRef(table.type() + "OnConflict"), "What becomes of records that are there already");
    }

    /** @param given the columns of the new rows */
    static Optional<Document.OnConflict> read(
            @Nullable Object argument, Table table, Collection<String> given, FilterReader filters) {
        if (argument == null || !table.has(Extension.UPSERTS)) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> members = Values.members(argument);
        Values.requireKnown(members.keySet(), Set.of(COLUMNS, UPDATE, WHERE), table.type() + "OnConflict");
        Object asked = members.get(COLUMNS);
        List<String> key = asked == null ? table.relation().primaryKey() : columns(asked, table.insertFields());
        Object chosen = members.get(UPDATE);
        List<String> update = chosen == null
                ? table.updateFields().values().stream()
                        .map(Column::name)
                        .filter(column -> given.contains(column) && !key.contains(column))
                        .toList()
                : columns(chosen, table.updateFields());
        if (key.isEmpty() && !update.isEmpty()) {
            throw GraphqlError.input("onConflict needs the columns of a unique key")
                    .thrown();
        }
        Optional<Predicate> where = filters.read(members.get(WHERE), table);
        return Optional.of(new Document.OnConflict(key, update, where));
    }

    private static List<String> columns(Object names, Map<String, Column> fields) {
        List<String> columns = new ArrayList<>();
        for (Object name : names instanceof List<?> list ? list : List.of(names)) {
            Column column = fields.get(String.valueOf(name));
            if (column == null) {
                throw GraphqlError.input("Unknown column \"" + name + "\" in " + ARGUMENT)
                        .thrown();
            }
            columns.add(column.name());
        }
        return columns.stream().distinct().toList();
    }
}
