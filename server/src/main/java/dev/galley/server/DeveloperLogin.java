package dev.galley.server;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.EmbeddedPostgres;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** How the developer reaches the database with other programs: psql, a migration tool. */
final class DeveloperLogin {
    /** Owns what the developer makes; no superuser. */
    private static final String ROLE = "postgres";

    private DeveloperLogin() {}

    /** The address for the developer: the embedded server's TCP port if it has one, or the external server as it was given. */
    static Optional<DatabaseAddress> of(Postgres postgres, AllSettings settings) {
        if (!(postgres instanceof EmbeddedPostgres embedded)) {
            return Optional.of(postgres.address());
        }
        return embedded.tcp()
                .map(tcp -> new DatabaseAddress(
                        tcp,
                        postgres.address().database(),
                        ROLE,
                        settings.server().databasePassword(),
                        DatabaseAddress.Tls.PREFER));
    }

    /**
     * Gives the role its password where it can be reached by TCP. Nobody can log in by TCP before, so nobody's data are in a
     * new data directory until {@link EmbeddedPostgres#awaitOnDisk} has returned: call this after it.
     */
    static void allow(EmbeddedPostgres postgres, PlatformDatabase database, AllSettings settings) throws SQLException {
        Optional<String> password = settings.server().databasePassword();
        if (postgres.tcp().isPresent() && password.isPresent()) {
            try (Connection connection = database.connection();
                    Statement statement = connection.createStatement()) {
                statement.execute("alter role " + ROLE + " password " + literal(password.get()));
            }
        }
    }

    private static String literal(String text) {
        return dev.galley.schema.Identifiers.literal(text);
    }
}
