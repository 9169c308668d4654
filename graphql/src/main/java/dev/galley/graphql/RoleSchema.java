package dev.galley.graphql;

import dev.galley.schema.QualifiedName;
import dev.galley.schema.SchemaModel;
import graphql.schema.GraphQLSchema;
import java.util.Map;
import java.util.Set;

/**
 * The database as one role sees it by GraphQL. Immutable.
 *
 * @param meanings of the fields, by type and name
 * @param tables by type
 * @param enumNames of labels that are no names of GraphQL, by oid of the type
 * @param readable the columns that may be read, by relation
 */
record RoleSchema(
        SchemaModel model,
        GraphQLSchema schema,
        Map<String, Map<String, Meaning>> meanings,
        Map<String, Table> tables,
        Map<Integer, Map<String, String>> enumNames,
        Map<QualifiedName, Set<String>> readable,
        boolean introspection) {

    /** The same for a caller who may not ask for the schema itself, whatever the role. */
    RoleSchema introspectedBy(boolean allowed) {
        return allowed || !introspection
                ? this
                : new RoleSchema(model, schema, meanings, tables, enumNames, readable, false);
    }

    Meaning meaning(String type, String field) {
        Meaning meaning = meanings.getOrDefault(type, Map.of()).get(field);
        if (meaning == null) {
            throw GraphqlError.of(GraphqlError.VALIDATION_FAILED, "Unknown field \"" + field + "\" on type " + type)
                    .thrown();
        }
        return meaning;
    }
}
