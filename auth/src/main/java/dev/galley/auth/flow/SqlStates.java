package dev.galley.auth.flow;

import java.sql.SQLException;

/** What PostgreSQL means by its SQLSTATE. */
public final class SqlStates {
    private SqlStates() {}

    /** The value is there already. */
    public static boolean duplicate(SQLException e) {
        return "23505".equals(e.getSQLState());
    }

    /** Another transaction was in the way. */
    public static boolean tryAgain(SQLException e) {
        return "40001".equals(e.getSQLState()) || "40P01".equals(e.getSQLState());
    }
}
