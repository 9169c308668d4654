package dev.galley.query;

import dev.galley.schema.MediaHandler;
import java.util.List;
import java.util.Optional;

/**
 * An answer that PostgreSQL makes whole: one row that holds the total, the number of rows and the body. Answers of the database's own
 * media types have this form, and plans show it for every other too.
 *
 * @param of how the body is made
 * @param explained whether a plan is made of it: tables then stand under their own names
 */
record Whole(Representation of, boolean explained) implements Form {
    /** The column of a function that returns bare values; CSV and handlers show its name. */
    static final String SCALAR = "pgrst_scalar";

    private static final String ROWS = "t";

    /**
     * @param with common table expressions, or nothing
     * @param total an expression that counts the matching rows when they are more than those of the page
     */
    Compiled compiled(
            Scope scope,
            String with,
            Select select,
            Compiled.Shape shape,
            Optional<String> total,
            boolean write,
            Optional<Compiled.Estimate> estimate) {
        String sql = with + "SELECT " + total.orElse("NULL::bigint") + " AS total, " + count(shape) + " AS rows, "
                + (write && explained ? "ARRAY[]::text[] AS header, " : "") + body(shape) + " AS body FROM ("
                + select.named() + ") "
                + ROWS;
        return new Compiled(
                sql, scope.parameters(), Compiled.Shape.WHOLE, List.of(), total.isPresent(), List.of(), estimate);
    }

    private static String count(Compiled.Shape shape) {
        return shape == Compiled.Shape.VALUE ? "1" : "count(" + ROWS + ")";
    }

    private String body(Compiled.Shape shape) {
        return switch (of) {
            case ResultFormat format -> builtIn(format, shape);
            case Handled(MediaHandler handler) -> handled(handler, shape);
            case Explained _ -> throw new IllegalStateException("a plan of a plan");
        };
    }

    private static String handled(MediaHandler handler, Compiled.Shape shape) {
        return switch (handler.by()) {
            case MediaHandler.Value() -> ROWS + "." + SCALAR;
            case MediaHandler.Aggregate aggregate ->
                aggregate.function().sql() + "(" + argument(aggregate, shape) + ")";
            case MediaHandler.GeoJson(var function) ->
                "json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(" + function.sql() + "("
                        + ROWS + ")::json), '[]'))";
        };
    }

    private static String argument(MediaHandler.Aggregate aggregate, Compiled.Shape shape) {
        if (shape == Compiled.Shape.VALUE) {
            return ROWS + "." + SCALAR;
        }
        return ROWS + aggregate.rowsOf().map(relation -> "::" + relation.sql()).orElse("");
    }

    /** What is printed here otherwise, as PostgreSQL would make it. */
    private static String builtIn(ResultFormat format, Compiled.Shape shape) {
        return switch (format) {
            case JSON -> json(shape, false, false);
            case JSON_STRIPPED -> json(shape, false, true);
            case JSON_OBJECT -> json(shape, true, false);
            case JSON_OBJECT_STRIPPED -> json(shape, true, true);
            case CSV -> "coalesce(string_agg(substring(t::text, 2, length(t::text) - 2), E'\\n'), '')";
        };
    }

    private static String json(Compiled.Shape shape, boolean first, boolean stripped) {
        boolean bare = shape == Compiled.Shape.VALUE || shape == Compiled.Shape.VALUES;
        boolean one = first || shape == Compiled.Shape.VALUE || shape == Compiled.Shape.ROW;
        String array = "json_agg(" + ROWS + (bare ? "." + SCALAR : "") + ")";
        String value = one ? array + "->0" : array;
        return "coalesce(" + (stripped ? "json_strip_nulls(" + value + ")" : value) + ", '" + (one ? "null" : "[]")
                + "')";
    }
}
