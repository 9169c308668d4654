package dev.galley.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One statement of the platform's own with its parameters, over JDBC. The text is a constant of the program; whatever comes
 * from outside is a parameter ({@code ?}).
 *
 * @param parameters of the types that pgjdbc knows, {@link Instant}, or an {@link Optional} of one, whose empty value is NULL
 */
public record Sql(String text, List<?> parameters) {

    /** Makes a value of the row that the result stands on. */
    @FunctionalInterface
    public interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    public static Sql of(String text, Object... parameters) {
        return new Sql(text, List.of(parameters));
    }

    /** The only row, or none. Throws an {@link SQLException} when there are more. */
    public <T> Optional<T> one(Connection connection, Mapper<T> mapper) throws SQLException {
        List<T> rows = list(connection, mapper);
        if (rows.size() > 1) {
            throw new SQLException("more than one row where at most one was expected");
        }
        return rows.stream().findFirst();
    }

    public <T> List<T> list(Connection connection, Mapper<T> mapper) throws SQLException {
        try (PreparedStatement statement = prepare(connection);
                ResultSet rows = statement.executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
                all.add(mapper.map(rows));
            }
            return all;
        }
    }

    /** Whether there is any row. */
    public boolean exists(Connection connection) throws SQLException {
        return !list(connection, _ -> true).isEmpty();
    }

    /** Returns how many rows it changed. */
    public int update(Connection connection) throws SQLException {
        try (PreparedStatement statement = prepare(connection)) {
            return statement.executeUpdate();
        }
    }

    private PreparedStatement prepare(Connection connection) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(text);
        try {
            for (int i = 0; i < parameters.size(); i++) {
                set(statement, i + 1, parameters.get(i));
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static void set(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> statement.setNull(index, Types.NULL);
            case Optional<?> maybe -> set(statement, index, maybe.orElse(null));
            case Instant instant -> statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
            default -> statement.setObject(index, value);
        }
    }
}
