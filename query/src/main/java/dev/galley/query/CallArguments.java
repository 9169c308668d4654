package dev.galley.query;

import dev.galley.schema.Identifiers;
import dev.galley.schema.Routine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A function with its arguments as SQL.
 *
 * @param call the function and its arguments; may refer to {@code source}
 * @param source a FROM item that takes the arguments apart, or nothing
 */
record CallArguments(String call, String source) {
    private static final String ALIAS = "a";

    static CallArguments of(Scope scope, Routine routine, Call.Arguments arguments) {
        String name = routine.name().sql();
        return switch (arguments) {
            case Call.Named(List<Call.Argument> given) ->
                new CallArguments(name + "(" + named(scope, routine, given) + ")", "");
            case Call.JsonObject object
            when Routines.takesBody(routine, object) ->
                new CallArguments(name + "(" + body(scope, routine, object.json()) + ")", "");
            case Call.JsonObject object -> fromObject(scope, routine, object);
            case Call.Body body
            when Routines.takesBody(routine, body) ->
                new CallArguments(name + "(" + body(scope, routine, body.body()) + ")", "");
            case Call.Body _ -> new CallArguments(name + "()", "");
        };
    }

    private static String body(Scope scope, Routine routine, Value value) {
        Routine.Parameter parameter = routine.parameters().getFirst();
        boolean bytes = parameter.type().oid() == Types.BYTEA_OID;
        return (bytes ? scope.parameters().addBytea(value) : scope.parameters().add(value)) + "::"
                + Types.unmodified(parameter.type());
    }

    private static String named(Scope scope, Routine routine, List<Call.Argument> given) {
        Map<String, List<Value>> values = new LinkedHashMap<>();
        for (Call.Argument argument : given) {
            values.computeIfAbsent(argument.name(), _ -> new ArrayList<>()).add(argument.value());
        }
        List<String> sql = new ArrayList<>();
        for (Routine.Parameter parameter : routine.parameters()) {
            List<Value> some = values.get(parameter.name());
            if (some != null) {
                sql.add(assign(parameter) + value(scope, parameter, some) + "::" + Types.unmodified(parameter.type()));
            }
        }
        return String.join(", ", sql);
    }

    /** Of an argument that is given twice the last counts, unless the parameter takes them all. */
    private static String value(Scope scope, Routine.Parameter parameter, List<Value> values) {
        if (!parameter.variadic()) {
            return scope.parameters().add(values.getLast());
        }
        return values.stream().map(scope.parameters()::add).collect(Collectors.joining(", ", "ARRAY[", "]"));
    }

    private static String assign(Routine.Parameter parameter) {
        return (parameter.variadic() ? "VARIADIC " : "") + Identifiers.quote(parameter.name()) + " := ";
    }

    private static CallArguments fromObject(Scope scope, Routine routine, Call.JsonObject object) {
        List<String> sql = new ArrayList<>();
        List<String> definitions = new ArrayList<>();
        for (Routine.Parameter parameter : routine.parameters()) {
            if (object.keys().contains(parameter.name())) {
                String column = Identifiers.quote(parameter.name());
                sql.add(assign(parameter) + ALIAS + "." + column);
                definitions.add(column + " " + Types.unmodified(parameter.type()));
            }
        }
        String call = routine.name().sql() + "(" + String.join(", ", sql) + ")";
        if (definitions.isEmpty()) {
            return new CallArguments(call, "");
        }
        String json = scope.parameters().add(object.json());
        return new CallArguments(
                call, "json_to_record(" + json + "::json) AS " + ALIAS + "(" + String.join(", ", definitions) + ")");
    }

    /** A FROM list in which the item may refer to the arguments. */
    String beside(String item) {
        return source.isEmpty() ? item : source + " CROSS JOIN LATERAL " + item;
    }

    /** A FROM clause for the arguments alone. */
    String fromOnly() {
        return source.isEmpty() ? "" : " FROM " + source;
    }
}
