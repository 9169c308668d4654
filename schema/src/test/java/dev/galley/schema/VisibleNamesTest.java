package dev.galley.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.testkit.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class VisibleNamesTest {
    private static SchemaModel model;

    @BeforeAll
    static void load() throws SQLException {
        TestPostgres postgres = TestPostgres.shared();
        var database = postgres.createDatabase("""
                do $$ begin
                    if not exists (select from pg_roles where rolname = 'seer') then create role seer; end if;
                end $$;
                grant usage on schema public to seer;
                create table seen (id int primary key);
                create table secret (id int primary key references seen);
                create table also_seen (id int primary key references seen, other int references secret);
                grant select on seen to seer;
                grant select (id) on also_seen to seer;
                create function open_fn() returns int language sql as 'select 1';
                create function mixed_fn() returns int language sql as 'select 1';
                create function mixed_fn(a int) returns int language sql as 'select 1';
                create function secret_fn() returns int language sql as 'select 1';
                revoke execute on function secret_fn(), mixed_fn() from public;
                create schema other;
                create table other.elsewhere (id int);
                """);
        try (var connection = postgres.connect(database)) {
            model = new CatalogLoader(new SchemaScope(List.of("public", "other"), List.of(), Set.of("seer")))
                    .load(connection);
        }
    }

    private final VisibleNames names = new VisibleNames(model, "seer");

    @Test
    void relationsThatTheRoleMaySelectFromAreNamed() {
        assertThat(names.relations("public")).containsExactlyInAnyOrder("seen", "also_seen");
        assertThat(names.relations("other")).isEmpty();
        assertThat(names.mentions(new QualifiedName("public", "secret"))).isFalse();
        assertThat(names.mentions(new QualifiedName("public", "missing"))).isFalse();
    }

    @Test
    void functionsThatTheRoleMayExecuteInAnyVariantAreNamed() {
        assertThat(names.routines("public")).containsExactlyInAnyOrder("open_fn", "mixed_fn");
    }

    @Test
    void relatedTablesAreNamedOnlyWhenTheyAreVisible() {
        assertThat(names.related(new QualifiedName("public", "seen"))).containsExactly("also_seen");
        assertThat(names.related(new QualifiedName("public", "also_seen"))).containsExactly("seen");
    }

    @Test
    void aRoleThatIsNotKnownSeesNothing() {
        assertThat(new VisibleNames(model, "stranger").relations("public")).isEmpty();
        assertThat(new VisibleNames(model, "stranger").routines("public")).isEmpty();
    }
}
