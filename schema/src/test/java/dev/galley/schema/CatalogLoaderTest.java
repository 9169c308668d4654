package dev.galley.schema;

import static dev.galley.schema.Catalog.MODEL;
import static dev.galley.schema.Catalog.SCOPE;
import static dev.galley.schema.Catalog.load;
import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What loading does to versions and connections; what it finds is in the tests named after the parts of {@link Catalog}. */
class CatalogLoaderTest {
    @Test
    void everyLoadHasAVersionOfItsOwn() throws SQLException {
        SchemaModel other = load("create schema api", SCOPE);
        assertThat(other.version()).isNotEqualTo(MODEL.version());
        assertThat(other.relations()).isEmpty();
        assertThat(other.serverVersion()).isGreaterThanOrEqualTo(150000);
    }

    @Test
    void aConnectionIsLeftAsItWas() throws SQLException {
        TestPostgres postgres = TestPostgres.shared();
        try (Connection connection = postgres.connect(postgres.createDatabase())) {
            new CatalogLoader(SCOPE).load(connection);
            assertThat(connection.getAutoCommit()).isTrue();
            try (var rows = connection.createStatement().executeQuery("show search_path")) {
                rows.next();
                assertThat(rows.getString(1)).isNotEmpty();
            }
        }
    }
}
