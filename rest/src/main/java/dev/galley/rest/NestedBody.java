package dev.galley.rest;

import dev.galley.query.Nested;
import dev.galley.query.QueryError;
import dev.galley.query.QueryException;
import dev.galley.schema.Relation;
import dev.galley.schema.SchemaModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Finds, in a body of rows to insert, which keys are columns and which hold rows of related relations. A column of that name always
 * wins, so that a json column keeps its value. All objects of one level have the same keys, as those of a plain insert.
 */
final class NestedBody {
    private final SchemaModel schema;

    /** Keys beyond these are left alone in the outermost objects. */
    private final Optional<Set<String>> listed;

    private NestedBody(SchemaModel schema, Optional<List<String>> listed) {
        this.schema = schema;
        this.listed = listed.map(Set::copyOf);
    }

    /** What stands in the rows of a level. */
    record Rows(List<String> columns, List<Nested> nested) {}

    /** The objects of one level while they are read. */
    private static final class Level {
        final Relation relation;
        final Set<String> columns = new TreeSet<>();
        final Map<String, Level> inside = new TreeMap<>();
        Optional<Set<String>> keys = Optional.empty();
        boolean arrays;

        Level(Relation relation) {
            this.relation = relation;
        }

        List<Nested> nested() {
            List<Nested> nested = new ArrayList<>();
            inside.forEach((key, level) ->
                    nested.add(new Nested(key, List.copyOf(level.columns), level.nested(), level.arrays)));
            return List.copyOf(nested);
        }
    }

    /** @param in at the start of the body, which is an object or an array of objects */
    static Rows read(JsonParser in, Relation relation, SchemaModel schema, Optional<List<String>> listed) {
        NestedBody body = new NestedBody(schema, listed);
        Level root = new Level(relation);
        body.value(in, in.nextToken(), root, true);
        return new Rows(listed.map(names -> body.plain(names, root)).orElse(List.copyOf(root.columns)), root.nested());
    }

    private List<String> plain(List<String> names, Level root) {
        return names.stream().filter(name -> !root.inside.containsKey(name)).toList();
    }

    private void value(JsonParser in, JsonToken token, Level level, boolean outermost) {
        switch (token) {
            case START_OBJECT -> object(in, level, outermost);
            case START_ARRAY -> {
                level.arrays = true;
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    if (in.currentToken() != JsonToken.START_OBJECT) {
                        throw bad("A nested array may hold objects only");
                    }
                    object(in, level, outermost);
                }
            }
            default -> {}
        }
    }

    private void object(JsonParser in, Level level, boolean outermost) {
        Set<String> keys = new HashSet<>();
        for (String key = in.nextName(); key != null; key = in.nextName()) {
            JsonToken token = in.nextToken();
            if (outermost && listed.isPresent() && !listed.get().contains(key)) {
                in.skipChildren();
                continue;
            }
            keys.add(key);
            if (level.relation.columns().containsKey(key)) {
                level.columns.add(key);
                in.skipChildren();
            } else {
                value(in, token, inside(level, key, token), false);
            }
        }
        if (level.keys.isPresent() && !level.keys.get().equals(keys) && !(outermost && listed.isPresent())) {
            throw bad("All object keys must match");
        }
        level.keys = Optional.of(keys);
    }

    private Level inside(Level level, String key, JsonToken token) {
        boolean rows =
                token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY || token == JsonToken.VALUE_NULL;
        Level known = level.inside.get(key);
        if (known == null) {
            known = Nested.target(schema, level.relation.name(), key)
                    .flatMap(schema::relation)
                    .map(Level::new)
                    .orElseThrow(() -> unknown(level, key));
            level.inside.put(key, known);
        }
        if (!rows) throw unknown(level, key);
        return known;
    }

    private static QueryException unknown(Level level, String key) {
        return new QueryException(new QueryError.UnknownPayloadColumn(level.relation.name(), key));
    }

    private static RestException bad(String message) {
        return new RestException(new RestError.BadBody(message));
    }
}
