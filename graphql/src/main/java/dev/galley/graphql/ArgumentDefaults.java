package dev.galley.graphql;

import dev.galley.query.document.Rights;
import dev.galley.schema.Routine;
import graphql.language.BooleanValue;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.StringValue;
import graphql.language.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The defaults of a function's parameters as far as they are plain values of GraphQL's own types; others are not told. */
final class ArgumentDefaults {
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,9}");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,30}(?:\\.\\d{1,30})?");
    private static final Pattern TEXT = Pattern.compile("'((?:[^']|'')*)'::text");

    private ArgumentDefaults() {}

    /** By the names of the parameters. */
    static Map<String, Value<?>> of(Routine routine, Rights.OfRoutine more) {
        List<String> expressions = List.of(more.defaults().split(", ", -1));
        Map<String, Value<?>> defaults = new HashMap<>();
        // A comma inside an expression: nobody can tell which is which.
        if (expressions.size() != more.defaultCount()) {
            return defaults;
        }
        List<Routine.Parameter> parameters = routine.parameters();
        int first = parameters.size() - expressions.size();
        for (int i = Math.max(0, first); i < parameters.size(); i++) {
            Routine.Parameter parameter = parameters.get(i);
            value(expressions.get(i - first), parameter.type().oid())
                    .ifPresent(value -> defaults.put(parameter.name(), value));
        }
        return defaults;
    }

    private static Optional<Value<?>> value(String sql, int type) {
        return switch (type) {
            case 21, 23 ->
                WHOLE.matcher(sql).matches() ? Optional.of(new IntValue(new BigInteger(sql))) : Optional.empty();
            case 16 ->
                sql.equals("true") || sql.equals("false")
                        ? Optional.of(BooleanValue.of(sql.equals("true")))
                        : Optional.empty();
            case 700, 701 -> NUMBER.matcher(sql).matches() ? Optional.of(number(sql)) : Optional.empty();
            case 25 -> {
                Matcher text = TEXT.matcher(sql);
                yield text.matches() ? Optional.of(StringValue.of(text.group(1).replace("''", "'"))) : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private static Value<?> number(String sql) {
        BigDecimal number = new BigDecimal(sql).stripTrailingZeros();
        return number.scale() <= 0 ? new IntValue(number.toBigInteger()) : new FloatValue(number);
    }
}
