package dev.galley.schema;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs catalog queries on one connection. Names repeat thousands of times in a catalog ({@code id}, {@code created_at}, the
 * names of roles), so equal strings and lists are kept once.
 */
final class CatalogReader {
    /** Rows fetched from the server at a time: bounds what the driver holds besides the model. */
    private static final int FETCH_SIZE = 2_000;

    private final Connection connection;
    private final Map<Object, Object> seen = new HashMap<>();

    CatalogReader(Connection connection) {
        this.connection = connection;
    }

    /** A query's parameter. */
    sealed interface Parameter {
        record Texts(Collection<String> values) implements Parameter {}

        record Oids(Collection<Integer> values) implements Parameter {}
    }

    static Parameter texts(Collection<String> values) {
        return new Parameter.Texts(values);
    }

    static Parameter oids(Collection<Integer> values) {
        return new Parameter.Oids(values);
    }

    void each(String sql, List<Parameter> parameters, Consumer<Row> reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(FETCH_SIZE);
            int index = 1;
            for (Parameter parameter : parameters) {
                statement.setArray(index++, array(parameter));
            }
            try (ResultSet result = statement.executeQuery()) {
                Row row = new Row(result);
                while (result.next()) {
                    row.column = 0;
                    reader.accept(row);
                }
            } catch (UncheckedSqlException e) {
                throw e.sql;
            }
        }
    }

    private Array array(Parameter parameter) throws SQLException {
        return switch (parameter) {
            case Parameter.Texts(Collection<String> values) -> connection.createArrayOf("text", values.toArray());
            case Parameter.Oids(Collection<Integer> values) ->
                connection.createArrayOf(
                        "oid", values.stream().map(Integer::toUnsignedLong).toArray());
        };
    }

    /** The first of all values equal to this one. */
    @SuppressWarnings("unchecked")
    <T> T once(T value) {
        T earlier = (T) seen.putIfAbsent(value, value);
        return earlier == null ? value : earlier;
    }

    /** The current row; every call reads its next column. */
    final class Row {
        private final ResultSet result;
        private int column;

        private Row(ResultSet result) {
            this.result = result;
        }

        String text() {
            return optionalText().orElseThrow(() -> new IllegalStateException("column " + column + " is null"));
        }

        Optional<String> optionalText() {
            try {
                String value = result.getString(++column);
                return value == null ? Optional.empty() : Optional.of(once(value));
            } catch (SQLException e) {
                throw new UncheckedSqlException(e);
            }
        }

        QualifiedName name() {
            return once(new QualifiedName(text(), text()));
        }

        /** The longest text of the catalog, not worth remembering. */
        String longText() {
            try {
                return result.getString(++column);
            } catch (SQLException e) {
                throw new UncheckedSqlException(e);
            }
        }

        /** A number of 32 bits; an oid keeps its bits. */
        int integer() {
            try {
                return (int) result.getLong(++column);
            } catch (SQLException e) {
                throw new UncheckedSqlException(e);
            }
        }

        boolean flag() {
            try {
                return result.getBoolean(++column);
            } catch (SQLException e) {
                throw new UncheckedSqlException(e);
            }
        }

        /** An array of texts; NULL is an empty one. */
        List<String> texts() {
            try {
                Array array = result.getArray(++column);
                if (array == null) {
                    return List.of();
                }
                List<String> texts = new ArrayList<>();
                for (Object element : (Object[]) array.getArray()) {
                    texts.add(once(String.valueOf(element)));
                }
                return once(List.copyOf(texts));
            } catch (SQLException e) {
                throw new UncheckedSqlException(e);
            }
        }

        /** An array or vector of numbers selected as text ({@code {1,2}} or {@code 1 2}); NULL is an empty one. */
        List<Integer> numbers() {
            List<Integer> numbers = new ArrayList<>();
            for (String part : optionalText().orElse("").split("[{}, ]+", -1)) {
                if (!part.isEmpty()) {
                    numbers.add((int) Long.parseLong(part));
                }
            }
            return once(List.copyOf(numbers));
        }
    }

    /** Carries an {@link SQLException} out of a row reader. */
    private static final class UncheckedSqlException extends RuntimeException {
        private final SQLException sql;

        private UncheckedSqlException(SQLException sql) {
            super(sql);
            this.sql = sql;
        }
    }
}
