package dev.galley.server;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.JdbcConnections;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.StringJoiner;

/**
 * Runs SQL as the developer in the database of the program that runs on a folder, for machines without psql. Rows are printed as
 * tab-separated text under their column names.
 */
final class SqlCommand {
    private final ProjectFolder folder;
    private final PrintStream out;

    SqlCommand(ProjectFolder folder, PrintStream out) {
        this.folder = folder;
        this.out = out;
    }

    int run(String sql) {
        String url = RunningProgram.on(folder)
                .orElseThrow(() -> new Failure("nothing runs on " + folder.root(), StatusCommand.NOT_RUNNING))
                .variables()
                .get("DB_URL");
        if (url == null) {
            throw new Failure("the database has no TCP port: set postgres.port and server.database-password");
        }
        DatabaseAddress address = DatabaseAddress.parse(url);
        try (Connection connection =
                        DriverManager.getConnection(JdbcConnections.url(address), JdbcConnections.properties(address));
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            boolean rows = statement.execute(sql);
            while (rows || statement.getUpdateCount() >= 0) {
                if (rows) {
                    print(statement.getResultSet());
                }
                rows = statement.getMoreResults();
            }
            return 0;
        } catch (SQLException failure) {
            throw new Failure(String.valueOf(failure.getMessage()));
        }
    }

    private void print(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        StringJoiner names = new StringJoiner("\t");
        for (int column = 1; column <= columns.getColumnCount(); column++) {
            names.add(columns.getColumnLabel(column));
        }
        out.println(names);
        while (rows.next()) {
            StringJoiner values = new StringJoiner("\t");
            for (int column = 1; column <= columns.getColumnCount(); column++) {
                String value = rows.getString(column);
                values.add(value == null ? "" : value);
            }
            out.println(values);
        }
    }
}
