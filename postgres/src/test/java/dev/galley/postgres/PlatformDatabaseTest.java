package dev.galley.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.postgres.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlatformDatabaseTest {
    private static final PostgresSettings.Pool SMALL =
            new PostgresSettings.Pool(2, Duration.ofMillis(300), Duration.ofMinutes(1));

    private final TestPostgres postgres = TestPostgres.shared();
    private final DatabaseAddress address = postgres.createDatabase("create table t (id int)");

    private static String ask(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void connectsWhenItIsFirstUsed() throws Exception {
        DatabaseAddress later = address.withDatabase(address.database() + "_later");
        try (PlatformDatabase database = PlatformDatabase.open(later, SMALL)) {
            assertThatThrownBy(database::connection).isInstanceOf(SQLException.class);
            postgres.execute(address, "create database " + later.database());
            try (Connection connection = database.connection()) {
                assertThat(ask(connection, "show timezone")).isEqualTo("UTC");
            }
        }
    }

    @Test
    void aTransactionIsKeptOrLeavesNothing() throws Exception {
        try (PlatformDatabase database = PlatformDatabase.open(address, SMALL)) {
            database.transaction(connection -> connection.createStatement().executeUpdate("insert into t values (1)"));
            assertThatThrownBy(() -> database.transaction(connection -> {
                        connection.createStatement().executeUpdate("insert into t values (2)");
                        throw new IllegalStateException("changed my mind");
                    }))
                    .hasMessage("changed my mind");
            assertThat(postgres.query(address, "select id from t")).containsExactly("1");
        }
    }

    @Test
    void waitsForAConnectionOnlySoLong() throws Exception {
        try (PlatformDatabase database = PlatformDatabase.open(address, SMALL);
                Connection one = database.connection();
                Connection two = database.connection()) {
            assertThat(one).isNotSameAs(two);
            assertThatThrownBy(database::connection).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void healsAfterItsConnectionsWereCut() throws Exception {
        try (PlatformDatabase database = PlatformDatabase.open(address, SMALL)) {
            String pid;
            try (Connection connection = database.connection()) {
                pid = ask(connection, "select pg_backend_pid()");
            }
            postgres.query(address, "select pg_terminate_backend(" + pid + ", 5000)");
            Server.await("a live connection", () -> {
                try (Connection connection = database.connection()) {
                    return !ask(connection, "select pg_backend_pid()").equals(pid);
                } catch (SQLException dead) {
                    return false;
                }
            });
        }
    }

    @Test
    void aDedicatedConnectionHearsNotifications() throws Exception {
        try (PlatformDatabase database = PlatformDatabase.open(address, SMALL);
                Connection listening = database.dedicatedConnection()) {
            listening.createStatement().execute("listen news");
            var messages = listening.unwrap(org.postgresql.PGConnection.class);
            assertThat(messages.getNotifications(50)).isNullOrEmpty();
            postgres.execute(address, "notify news, 'hello'");
            var heard = messages.getNotifications(5_000);
            assertThat(heard).hasSize(1);
            assertThat(heard[0].getParameter()).isEqualTo("hello");
        }
    }

    @Test
    void aQueryThatTakesTooLongEndsByTheSocketsTimeout() throws Exception {
        try (PlatformDatabase database = PlatformDatabase.open(address, SMALL);
                Connection connection = database.dedicatedConnection()) {
            connection.setNetworkTimeout(Runnable::run, 200);
            assertThatThrownBy(() -> ask(connection, "select pg_sleep(30)")).isInstanceOf(SQLException.class);
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void closingFromAnotherThreadEndsAQuery() throws Exception {
        try (PlatformDatabase database = PlatformDatabase.open(address, SMALL)) {
            Connection connection = database.dedicatedConnection();
            Thread closer = Thread.ofVirtual().start(() -> {
                try {
                    Server.await(
                            "the query runs",
                            () -> postgres.query(
                                                    address,
                                                    "select 1 from pg_stat_activity where query = 'select pg_sleep(31)'")
                                            .size()
                                    == 1);
                    connection.abort(Runnable::run);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> ask(connection, "select pg_sleep(31)")).isInstanceOf(SQLException.class);
            closer.join();
        }
    }

    @Test
    void theLoginIsTheAddressesOwn() throws Exception {
        postgres.execute(address, "create role platform_login login");
        try (PlatformDatabase database =
                        PlatformDatabase.open(address.withLogin("platform_login", Optional.empty()), SMALL);
                Connection connection = database.connection()) {
            assertThat(ask(connection, "select current_user")).isEqualTo("platform_login");
        }
    }
}
