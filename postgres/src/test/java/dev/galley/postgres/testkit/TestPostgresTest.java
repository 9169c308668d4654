package dev.galley.postgres.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class TestPostgresTest {
    private final TestPostgres postgres = TestPostgres.shared();

    @Test
    void everyDatabaseIsFreshAndTheLoginIsASuperuser() {
        var one = postgres.createDatabase("create table t (id int); insert into t values (1)");
        var other = postgres.createDatabase();

        assertThat(postgres.query(one, "select id from t")).containsExactly("1");
        assertThat(postgres.query(other, "select count(*) from pg_class where relname = 't'"))
                .containsExactly("0");
        assertThat(postgres.query(other, "select current_setting('is_superuser')"))
                .containsExactly("on");
        assertThat(postgres.query(other, "show server_version_num").getFirst()).startsWith("18");
    }

    @Test
    void aConnectionOverTheSocketTakesLargeValuesBothWays() throws SQLException {
        String large = "x".repeat(3_000_000);
        try (Connection connection = postgres.connect(postgres.address());
                var statement = connection.prepareStatement("select length(?), repeat('y', 3000000)")) {
            statement.setString(1, large);
            try (var rows = statement.executeQuery()) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(3_000_000);
                assertThat(rows.getString(2)).hasSize(3_000_000);
            }
        }
    }
}
