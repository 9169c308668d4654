package dev.galley.identity;

import static dev.galley.identity.Platform.POSTGRES;
import static dev.galley.identity.Platform.attempt;
import static dev.galley.identity.Platform.executeAs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.postgres.DatabaseAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A schema that gets the name of an exposed one, with all that is in it. */
class RenamedSchemasTest {
    private DatabaseAddress database;

    @BeforeEach
    void install() {
        database = Platform.create("api.schemas=public,api");
        executeAs(database, "postgres", "create schema draft");
        executeAs(
                database,
                "postgres",
                "create table draft.t (id int); create table draft.parts (id int) partition by range (id);"
                        + " create view draft.v as select 1 as one;"
                        + " create function draft.f() returns int language sql return 1;"
                        + " create function draft.given() returns int language sql return 1;"
                        + " grant execute on function draft.given() to public;"
                        + " create aggregate draft.total(int) (sfunc = int4pl, stype = int);"
                        + " grant usage on schema draft to anon; grant select on all tables in schema draft to anon");
        // As by somebody whose functions are not private from the start.
        POSTGRES.execute(database, "create function draft.h() returns int language sql return 1");
    }

    @Test
    void bringsNoOpenTableAndNoFunctionOfEverybody() {
        assertThat(attempt(database, "anon", "select draft.h()")).isEqualTo("ok");
        POSTGRES.execute(database, "alter schema draft rename to api");
        assertThat(POSTGRES.query(
                        database,
                        "select relname || relrowsecurity from pg_class where relnamespace = 'api'::regnamespace"
                                + " and relkind in ('r', 'p') order by 1"))
                .containsExactly("partstrue", "ttrue");
        assertThat(attempt(database, "anon", "select api.h()")).isEqualTo("42501");
        assertThat(attempt(database, "anon", "select api.f()")).isEqualTo("42501");
        assertThat(attempt(database, "anon", "select api.total(1)")).isEqualTo("42501");
        assertThat(attempt(database, "anon", "select api.given()"))
                .as("it was given on purpose")
                .isEqualTo("ok");
    }

    @Test
    void isRefusedToWhoCannotGuardWhatIsInIt() {
        POSTGRES.execute(database, "create table draft.foreign_one (id int)");
        assertThatThrownBy(() -> executeAs(database, "postgres", "alter schema draft rename to api"))
                .hasStackTraceContaining("must be owner of table foreign_one");
        assertThat(POSTGRES.query(database, "select to_regnamespace('api') is null"))
                .containsExactly("t");
    }

    @Test
    void leavesOtherNamesAlone() {
        executeAs(database, "postgres", "alter schema draft rename to other");
        assertThat(POSTGRES.query(database, "select relrowsecurity from pg_class where oid = 'other.t'::regclass"))
                .containsExactly("f");
    }

    @Test
    void aNewOwnerChangesNothing() {
        executeAs(
                database,
                "postgres",
                "create table public.t (id int); alter table public.t disable row level security");
        POSTGRES.execute(database, "alter schema public owner to postgres");
        assertThat(POSTGRES.query(database, "select relrowsecurity from pg_class where oid = 'public.t'::regclass"))
                .containsExactly("f");
    }
}
