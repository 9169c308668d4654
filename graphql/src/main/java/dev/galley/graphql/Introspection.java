package dev.galley.graphql;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.language.AstPrinter;
import graphql.language.OperationDefinition.Operation;
import graphql.normalized.ExecutableNormalizedField;
import graphql.normalized.ExecutableNormalizedOperation;
import graphql.normalized.ExecutableNormalizedOperationToAstCompiler;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** Answers what is asked about the schema itself, where that is allowed. */
final class Introspection {
    private static final Set<String> FIELDS = Set.of("__schema", "__type");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Introspection() {}

    static boolean isAbout(ExecutableNormalizedField field) {
        return FIELDS.contains(field.getFieldName());
    }

    static GraphqlError refused(ExecutableNormalizedField field) {
        return GraphqlError.of(
                GraphqlError.VALIDATION_FAILED,
                "Unknown field \"" + field.getFieldName() + "\" on type " + SchemaMaker.QUERY);
    }

    static Map<String, byte[]> answer(RoleSchema schema, ExecutableNormalizedOperation operation) {
        List<ExecutableNormalizedField> asked = operation.getTopLevelFields().stream()
                .filter(Introspection::isAbout)
                .toList();
        var compiled = ExecutableNormalizedOperationToAstCompiler.compileToDocument(
                schema.schema(), Operation.QUERY, null, asked, null);
        ExecutionResult result = GraphQL.newGraphQL(schema.schema())
                .build()
                .execute(ExecutionInput.newExecutionInput()
                        .query(AstPrinter.printAst(compiled.getDocument()))
                        .variables(compiled.getVariables())
                        .build());
        if (!result.getErrors().isEmpty()) {
            throw GraphqlError.of(
                            GraphqlError.TOO_COMPLEX,
                            String.valueOf(result.getErrors().getFirst().getMessage()))
                    .thrown();
        }
        Map<String, Object> data =
                Objects.requireNonNull(result.<Map<String, Object>>getData(), "no error and no data");
        Map<String, byte[]> answer = new LinkedHashMap<>();
        data.forEach(
                (key, value) -> answer.put(key, JSON.writeValueAsString(value).getBytes(StandardCharsets.UTF_8)));
        return answer;
    }
}
