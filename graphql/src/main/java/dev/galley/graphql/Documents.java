package dev.galley.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.GraphQLException;
import graphql.execution.AbortExecutionException;
import graphql.execution.RawVariables;
import graphql.language.Definition;
import graphql.language.Document;
import graphql.language.FragmentDefinition;
import graphql.language.OperationDefinition;
import graphql.normalized.ExecutableNormalizedOperation;
import graphql.normalized.ExecutableNormalizedOperationFactory;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import graphql.validation.OperationValidationRule;
import graphql.validation.ValidationError;
import graphql.validation.Validator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From the text of a request to an operation that is valid: parsed and validated once for each schema. */
final class Documents {
    /** So that a schema is not kept after its time. */
    private static final Duration UNUSED = Duration.ofMinutes(10);

    /** Characters of a document in one unit of the cache. */
    private static final int USUAL_LENGTH = 1024;

    private final GraphqlLimits limits;
    private final ParserOptions options;
    private final Cache<Key, Checked> checked;

    private record Key(RoleSchema schema, String text) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key(var otherSchema, var otherText)
                    && schema.model().version() == otherSchema.model().version()
                    && schema.schema().equals(otherSchema.schema())
                    && text.equals(otherText);
        }

        @Override
        public int hashCode() {
            return Objects.hash(schema.model().version(), text);
        }
    }

    private record Checked(Document document, List<GraphqlError> errors) {}

    Documents(GraphqlSettings settings) {
        this.limits = settings.limits();
        this.options = ParserOptions.newParserOptions()
                .maxTokens(limits.tokens())
                .maxCharacters((int) Math.min(limits.body(), Integer.MAX_VALUE))
                .captureIgnoredChars(false)
                .captureLineComments(false)
                .readerTrackData(false)
                .build();
        this.checked = Caffeine.newBuilder()
                .maximumWeight(settings.planCache())
                .weigher((Key key, Checked _) -> 1 + key.text().length() / USUAL_LENGTH)
                .expireAfterAccess(UNUSED)
                .executor(Runnable::run)
                .build();
    }

    /** What is known of schemas that are no more would be kept too long. */
    void forget() {
        checked.invalidateAll();
    }

    boolean knows(RoleSchema schema, String text) {
        return checked.getIfPresent(new Key(schema, text)) != null;
    }

    ExecutableNormalizedOperation operation(
            RoleSchema schema, String text, Optional<String> name, Map<String, Object> variables) {
        Checked known = checked.get(new Key(schema, text), key -> check(schema, key.text()));
        if (!known.errors().isEmpty()) {
            throw new GraphqlException(known.errors());
        }
        Optional<String> chosen = chosen(known.document(), name);
        try {
            return ExecutableNormalizedOperationFactory.createExecutableNormalizedOperationWithRawVariables(
                    schema.schema(),
                    known.document(),
                    chosen.orElse(null),
                    RawVariables.of(variables),
                    ExecutableNormalizedOperationFactory.Options.defaultOptions()
                            .maxChildrenDepth(limits.depth())
                            .maxFieldsCount(limits.fields())
                            .locale(Locale.ROOT));
        } catch (AbortExecutionException tooMuch) {
            throw GraphqlError.of(GraphqlError.TOO_COMPLEX, String.valueOf(tooMuch.getMessage()))
                    .thrown();
        } catch (GraphQLException wrong) {
            throw GraphqlError.input(String.valueOf(wrong.getMessage())).thrown();
        }
    }

    private Checked check(RoleSchema schema, String text) {
        DocumentScan.check(text, limits);
        Document document;
        try {
            document = new Parser()
                    .parseDocument(ParserEnvironment.newParserEnvironment()
                            .document(text)
                            .parserOptions(options)
                            .locale(Locale.ROOT)
                            .build());
        } catch (InvalidSyntaxException wrong) {
            throw GraphqlError.of(GraphqlError.PARSE_FAILED, String.valueOf(wrong.getMessage()))
                    .thrown();
        }
        Optional<GraphqlError> ill = ill(document);
        if (ill.isPresent()) {
            return new Checked(document, List.of(ill.get()));
        }
        OperationLimits.check(document, limits);
        document = new EnumLiterals(schema.schema()).named(document);
        List<GraphqlError> errors = new ArrayList<>();
        Wording wording = new Wording(schema);
        for (ValidationError error :
                new Validator().validateDocument(schema.schema(), document, Documents::applies, Locale.ROOT)) {
            errors.add(GraphqlError.of(GraphqlError.VALIDATION_FAILED, wording.of(error)));
        }
        return new Checked(document, List.copyOf(errors));
    }

    /**
     * A variable may be of another type than its place as long as its value fits: readers and PostgreSQL judge that. How much may be
     * asked about the schema is judged elsewhere too.
     */
    private static boolean applies(OperationValidationRule rule) {
        return rule != OperationValidationRule.VARIABLE_TYPES_MATCH
                && rule != OperationValidationRule.GOOD_FAITH_INTROSPECTION;
    }

    /** What is wrong with the operations as a whole. */
    private static Optional<GraphqlError> ill(Document document) {
        List<OperationDefinition> operations = document.getDefinitionsOfType(OperationDefinition.class);
        Set<Optional<String>> names = new HashSet<>();
        boolean distinct = true;
        for (OperationDefinition operation : operations) {
            distinct &= names.add(Optional.ofNullable(operation.getName()));
            if (operation.getOperation() == OperationDefinition.Operation.SUBSCRIPTION) {
                return Optional.of(GraphqlError.of(GraphqlError.VALIDATION_FAILED, "Subscriptions are not supported"));
            }
        }
        if (operations.size() > 1 && names.contains(Optional.<String>empty())) {
            return Optional.of(GraphqlError.of(
                    GraphqlError.VALIDATION_FAILED, "Anonymous operations must be the only defined operation"));
        }
        if (!distinct) {
            return Optional.of(GraphqlError.of(GraphqlError.VALIDATION_FAILED, "Operation names must be unique"));
        }
        for (Definition<?> definition : document.getDefinitions()) {
            if (!(definition instanceof OperationDefinition || definition instanceof FragmentDefinition)) {
                return Optional.of(GraphqlError.of(
                        GraphqlError.VALIDATION_FAILED, "A request holds operations and fragments only"));
            }
        }
        return FragmentCycles.first(document)
                .map(name -> GraphqlError.of(
                        GraphqlError.VALIDATION_FAILED, "Fragment \"" + name + "\" is used inside of itself"));
    }

    private static Optional<String> chosen(Document document, Optional<String> name) {
        List<OperationDefinition> operations = document.getDefinitionsOfType(OperationDefinition.class);
        boolean found = name.isPresent()
                ? operations.stream().anyMatch(each -> name.get().equals(each.getName()))
                : operations.size() == 1;
        if (!found) {
            throw GraphqlError.of(GraphqlError.VALIDATION_FAILED, "Operation not found")
                    .thrown();
        }
        return name;
    }
}
