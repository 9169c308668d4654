package dev.galley.auth.hook;

import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls a function in the caller's transaction, with the rights of {@code supabase_auth_admin}: by a security-definer function of
 * that role, in which PostgreSQL lets nobody go back to the role of the connection.
 */
final class SqlHook {
    private static final System.Logger LOG = System.getLogger(SqlHook.class.getName());
    private static final Set<String> TRY_AGAIN = Set.of("40001", "40P01");

    private SqlHook() {}

    static byte[] call(Connection connection, HookTarget.Function function, ObjectNode input, Duration timeout)
            throws SQLException {
        String before = Sql.of("select current_setting('statement_timeout')")
                .one(connection, row -> row.getString(1))
                .orElseThrow();
        limit(connection, timeout.toMillis() + "ms");
        try {
            String answer = Sql.of(
                            "select coalesce(galley.call_auth_hook(?, ?, ?::jsonb)::text, '')",
                            function.schema(),
                            function.name(),
                            StrictJson.write(input))
                    .one(connection, row -> row.getString(1))
                    .orElse("");
            limit(connection, before);
            return answer.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (TRY_AGAIN.contains(state) || state.startsWith("08")) {
                throw e;
            }
            LOG.log(Level.WARNING, "hook {0}.{1}: {2}", function.schema(), function.name(), e.getMessage());
            throw AuthError.of(500, ErrorCode.UNEXPECTED_FAILURE, "Error running hook")
                    .thrown();
        }
    }

    private static void limit(Connection connection, String value) throws SQLException {
        var _ = Sql.of("select set_config('statement_timeout', ?, true)", value).exists(connection);
    }
}
