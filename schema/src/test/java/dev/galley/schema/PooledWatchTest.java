package dev.galley.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.testkit.TestPostgres;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** The schema is read again also where a connection pooler swallows the notifications. */
class PooledWatchTest {
    private static final SchemaScope SCOPE = new SchemaScope(List.of("public"), List.of(), Set.of());

    private final TestPostgres postgres = TestPostgres.shared();
    private final DatabaseAddress database = postgres.createDatabase("create schema galley");

    @Test
    void changesAreLookedForBehindAPooler() throws Exception {
        postgres.execute(
                database,
                new String(
                        DdlWatch.class.getResourceAsStream("ddl_watch.sql").readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8));
        SchemaSettings settings = new SchemaSettings(
                SCOPE.exposedSchemas(),
                SCOPE.extraSearchPath(),
                "pgrst",
                Duration.ofMillis(50),
                Duration.ofMillis(200));
        try (LiveSchemaCache cache = new LiveSchemaCache(
                () -> pooled(postgres.connect(database)), SCOPE, settings, InstantSource.system(), () -> {})) {
            cache.start();
            postgres.execute(database, "create table later (id int primary key)");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (cache.current()
                    .relation(new QualifiedName("public", "later"))
                    .isEmpty()) {
                assertThat(System.nanoTime()).as("the new table is seen").isLessThan(deadline);
                LockSupport.parkNanos(5_000_000);
            }
            assertThat(
                            postgres.query(
                                    database,
                                    "select count(*) from pg_stat_activity where datname = current_database() and query ~* '^listen'"))
                    .containsExactly("0");
        }
    }

    /** As behind PgBouncer: what the login said of the server's process is not the process that works. */
    private static Connection pooled(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                PooledWatchTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (_, method, arguments) -> {
                    if (method.getName().equals("unwrap")) {
                        PGConnection real = connection.unwrap(PGConnection.class);
                        return Proxy.newProxyInstance(
                                PooledWatchTest.class.getClassLoader(),
                                new Class<?>[] {PGConnection.class},
                                (_, asked, with) ->
                                        asked.getName().equals("getBackendPID") ? 4711 : asked.invoke(real, with));
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (java.lang.reflect.InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }
}
