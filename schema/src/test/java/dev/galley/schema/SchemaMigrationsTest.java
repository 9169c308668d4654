package dev.galley.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.Migration;
import dev.galley.postgres.testkit.TestPostgres;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchemaMigrationsTest {
    private final TestPostgres postgres = TestPostgres.shared();

    @Test
    void versionsCountFromOneWithoutAGap() {
        assertThat(SchemaMigrations.all())
                .extracting(Migration::version)
                .containsExactly(IntStream.rangeClosed(1, SchemaMigrations.all().size())
                        .boxed()
                        .toArray(Integer[]::new));
        assertThat(SchemaMigrations.all())
                .allMatch(migration -> migration.module().equals("schema"));
    }

    @Test
    void eventTriggersThatAreThereAlreadyStayAsTheyAre() {
        var database = postgres.createDatabase("""
                create function mine() returns event_trigger language plpgsql as 'begin end';
                create event trigger pgrst_ddl_watch on ddl_command_end execute function mine();
                """);
        SchemaMigrations.all().forEach(migration -> postgres.execute(database, migration.sql()));
        assertThat(postgres.query(
                        database, "select evtname || ' ' || evtfoid::regproc from pg_event_trigger order by 1"))
                .containsExactly("pgrst_ddl_watch mine", "pgrst_drop_watch extensions.pgrst_drop_watch");
    }
}
