package dev.galley.storage.database;

import dev.galley.postgres.Statement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A statement of ours and the values of its parameters {@code $1..$n}. The text is a constant of the program. */
public final class Query {
    private final String sql;
    private final List<byte @Nullable []> parameters = new ArrayList<>();

    private Query(String sql) {
        this.sql = sql;
    }

    public static Query of(String sql) {
        return new Query(sql);
    }

    public Query with(String value) {
        parameters.add(value.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public Query with(long value) {
        return with(Long.toString(value));
    }

    public Query with(boolean value) {
        return with(Boolean.toString(value));
    }

    /** NULL when it is empty. */
    public Query with(Optional<String> value) {
        parameters.add(value.map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null));
        return this;
    }

    /** An array of texts. */
    public Query with(List<String> values) {
        return with(array(values));
    }

    /** How PostgreSQL writes an array of texts. */
    public static String array(List<String> values) {
        return values.stream()
                .map(value -> '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    Statement statement() {
        return new Statement(sql, parameters);
    }
}
