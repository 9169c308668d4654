package dev.galley.query;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.schema.CatalogLoader;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.SchemaScope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A small shop in a database of its own, and a client that runs executions on it: each statement is prepared with parameters of unknown
 * type, as the real client does, and rows are handed over in the wire's layout.
 */
final class Shop {
    static final PlannerSettings SETTINGS =
            new PlannerSettings(OptionalLong.of(1000), 7, 500, 500, true, 100, 50, Optional.empty());

    private final DatabaseAddress address;
    private final SchemaModel model;
    private final QueryPlanner planner;

    Shop(DatabaseAddress address, PlannerSettings settings) {
        this.address = address;
        this.planner = new QueryPlanner(settings);
        try (Connection connection = TestPostgres.shared().connect(address)) {
            model = new CatalogLoader(new SchemaScope(List.of("shop"), List.of("public"), Set.of())).load(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static Shop open() {
        return new Shop(database(), SETTINGS);
    }

    static DatabaseAddress database() {
        try (InputStream script = Shop.class.getResourceAsStream("/shop.sql")) {
            return TestPostgres.shared().createDatabase(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Shop with(PlannerSettings settings) {
        return new Shop(address, settings);
    }

    SchemaModel model() {
        return model;
    }

    static QualifiedName name(String name) {
        return new QualifiedName("shop", name);
    }

    List<String> sql(String sql) {
        return TestPostgres.shared().query(address, sql);
    }

    void script(String sql) {
        TestPostgres.shared().execute(address, sql);
    }

    Plan plan(Query query) {
        return planner.plan(query, model);
    }

    String json(Query query, Bindings bindings) {
        return body(query, bindings, ResultFormat.JSON);
    }

    String body(Query query, Bindings bindings, ResultFormat format) {
        return run(query, bindings, format).body();
    }

    /** @param body as text */
    record Answer(String body, Execution.Result result) {}

    Answer run(Query query, Bindings bindings, ResultFormat format) {
        return run(plan(query), bindings, format, 1 << 20, "postgres");
    }

    Answer as(String role, Query query, Bindings bindings) {
        return run(plan(query), bindings, ResultFormat.JSON, 1 << 20, role);
    }

    Answer run(Plan plan, Bindings bindings, ResultFormat format, int maxBytes, String role) {
        Execution execution = plan.start(bindings, format, maxBytes);
        try (Connection connection = TestPostgres.shared().connect(address)) {
            connection.setAutoCommit(false);
            if (!role.equals("postgres")) {
                try (java.sql.Statement statement = connection.createStatement()) {
                    statement.execute("set local role " + role);
                }
            }
            List<Long> affected = new ArrayList<>();
            for (TransactionRequest.Step step : execution.steps()) {
                affected.add(run(connection, step, plan.readOnly()));
            }
            connection.commit();
            Execution.Result result = execution.result(new RequestTransaction.Outcome(affected, true));
            String body = result.body().toString(StandardCharsets.UTF_8);
            result.body().release();
            return new Answer(body, result);
        } catch (SQLException e) {
            execution.discard();
            throw new IllegalStateException(e.getMessage() + " in " + plan.sql(), e);
        }
    }

    private static final String EXPLAIN = "EXPLAIN (FORMAT JSON) ";

    private static long run(Connection connection, TransactionRequest.Step step, boolean readOnly) throws SQLException {
        Statement statement = step.statement();
        String sql = statement.sql();
        boolean explain = sql.startsWith(EXPLAIN);
        try (java.sql.Statement jdbc = connection.createStatement()) {
            jdbc.setEscapeProcessing(false);
            if (readOnly) {
                jdbc.execute("set transaction read only");
            }
            jdbc.execute("prepare galley_test as " + (explain ? sql.substring(EXPLAIN.length()) : sql));
            long rows = 0;
            boolean hasRows = jdbc.execute((explain ? EXPLAIN : "") + "execute galley_test" + literals(statement));
            if (hasRows) {
                try (ResultSet result = jdbc.getResultSet()) {
                    while (result.next()) {
                        ByteBuf row = row(result);
                        step.rows().row(row);
                        row.release();
                        rows++;
                    }
                }
            }
            jdbc.execute("deallocate galley_test");
            return rows;
        }
    }

    private static String literals(Statement statement) {
        if (statement.parameters().isEmpty()) {
            return "";
        }
        return statement.parameters().stream()
                .map(value -> value == null
                        ? "null"
                        : dev.galley.schema.Identifiers.literal(new String(value, StandardCharsets.UTF_8)))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    static ByteBuf row(ResultSet result) throws SQLException {
        ByteBuf row = Unpooled.buffer();
        int columns = result.getMetaData().getColumnCount();
        row.writeShort(columns);
        for (int i = 1; i <= columns; i++) {
            String text = result.getString(i);
            if (text == null) {
                row.writeInt(-1);
            } else {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                row.writeInt(utf8.length).writeBytes(utf8);
            }
        }
        return row;
    }
}
