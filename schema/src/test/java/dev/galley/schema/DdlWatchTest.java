package dev.galley.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.testkit.TestPostgres;
import org.junit.jupiter.api.Test;

class DdlWatchTest {
    private final TestPostgres postgres = TestPostgres.shared();

    @Test
    void eventTriggersThatAreThereAlreadyStayAsTheyAre() {
        var database = postgres.createDatabase("""
                create schema galley;
                create function mine() returns event_trigger language plpgsql as 'begin end';
                create event trigger pgrst_ddl_watch on ddl_command_end execute function mine();
                """);
        postgres.execute(database, DdlWatch.migration("any", 1).sql());
        assertThat(postgres.query(
                        database, "select evtname || ' ' || evtfoid::regproc from pg_event_trigger order by 1"))
                .containsExactly("pgrst_ddl_watch mine", "pgrst_drop_watch galley.pgrst_drop_watch");
    }
}
