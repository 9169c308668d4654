package dev.galley.graphql;

import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.Definition;
import graphql.language.Document;
import graphql.language.EnumValue;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.InlineFragment;
import graphql.language.ObjectField;
import graphql.language.ObjectValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Labels of enums that stand as strings in a document become names: pg_graphql takes both. What fits no type is left as it is, for
 * the validation.
 */
@SuppressWarnings("rawtypes") // as the builders of graphql-java have them
record EnumLiterals(GraphQLSchema schema) {

    Document named(Document document) {
        List<Definition> definitions = new ArrayList<>();
        for (Definition<?> definition : document.getDefinitions()) {
            definitions.add(
                    switch (definition) {
                        case OperationDefinition operation ->
                            operation.transform(
                                    it -> it.selectionSet(set(operation.getSelectionSet(), root(operation))));
                        case FragmentDefinition fragment ->
                            fragment.transform(it -> it.selectionSet(set(
                                    fragment.getSelectionSet(),
                                    named(fragment.getTypeCondition().getName()))));
                        default -> definition;
                    });
        }
        return document.transform(it -> it.definitions(definitions));
    }

    private @Nullable GraphQLType root(OperationDefinition operation) {
        return switch (operation.getOperation()) {
            case QUERY -> schema.getQueryType();
            case MUTATION -> schema.getMutationType();
            case SUBSCRIPTION -> schema.getSubscriptionType();
        };
    }

    private @Nullable GraphQLType named(@Nullable String type) {
        return type == null ? null : schema.getType(type);
    }

    private SelectionSet set(SelectionSet set, @Nullable GraphQLType parent) {
        List<Selection<?>> selections = new ArrayList<>();
        for (Selection<?> selection : set.getSelections()) {
            selections.add(
                    switch (selection) {
                        case Field field -> field(field, parent);
                        case InlineFragment inline ->
                            inline.transform(it -> it.selectionSet(set(
                                    inline.getSelectionSet(),
                                    inline.getTypeCondition() == null
                                            ? parent
                                            : named(inline.getTypeCondition().getName()))));
                        default -> selection;
                    });
        }
        return set.transform(it -> it.selections(selections));
    }

    private Field field(Field field, @Nullable GraphQLType parent) {
        Optional<GraphQLFieldDefinition> definition = parent instanceof GraphQLFieldsContainer container
                ? Optional.ofNullable(container.getFieldDefinition(field.getName()))
                : Optional.empty();
        if (definition.isEmpty()) {
            return field;
        }
        List<Argument> arguments = new ArrayList<>();
        for (Argument argument : field.getArguments()) {
            GraphQLArgument known = definition.get().getArgument(argument.getName());
            arguments.add(
                    known == null
                            ? argument
                            : argument.transform(it -> it.value(value(argument.getValue(), known.getType()))));
        }
        SelectionSet inner = field.getSelectionSet();
        GraphQLType type = GraphQLTypeUtil.unwrapAll(definition.get().getType());
        return field.transform(it -> {
            it.arguments(arguments);
            if (inner != null) {
                it.selectionSet(set(inner, type));
            }
        });
    }

    private Value<?> value(Value<?> value, GraphQLType type) {
        GraphQLType bare = GraphQLTypeUtil.unwrapNonNull(type);
        return switch (value) {
            case StringValue text
            when bare instanceof GraphQLEnumType enumeration && isLabel(enumeration, text) ->
                EnumValue.of(String.valueOf(text.getValue()));
            case StringValue text when bare instanceof GraphQLList list -> value(text, list.getWrappedType());
            case ArrayValue array
            when bare instanceof GraphQLList list -> {
                List<Value> values = new ArrayList<>();
                for (Value<?> each : array.getValues()) {
                    values.add(value(each, list.getWrappedType()));
                }
                yield array.transform(it -> it.values(values));
            }
            case ObjectValue object when bare instanceof GraphQLInputObjectType input -> object(object, input);
            case ObjectValue object when bare instanceof GraphQLList list -> value(object, list.getWrappedType());
            default -> value;
        };
    }

    private ObjectValue object(ObjectValue object, GraphQLInputObjectType type) {
        List<ObjectField> fields = new ArrayList<>();
        for (ObjectField field : object.getObjectFields()) {
            GraphQLInputObjectField known = type.getFieldDefinition(field.getName());
            fields.add(
                    known == null ? field : field.transform(it -> it.value(value(field.getValue(), known.getType()))));
        }
        return object.transform(it -> it.objectFields(fields));
    }

    private static boolean isLabel(GraphQLEnumType type, StringValue text) {
        return type.getValue(String.valueOf(text.getValue())) != null;
    }
}
