package dev.galley.identity;

import static dev.galley.identity.Platform.POSTGRES;
import static dev.galley.identity.Platform.attempt;
import static dev.galley.identity.Platform.executeAs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables and functions that come into an exposed schema by another way than being made there. */
class MovedObjectsTest {
    private DatabaseAddress database;

    @BeforeEach
    void install() {
        database = Platform.create();
        executeAs(database, "postgres", "create schema private");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table private.t (id int); alter table private.t set schema public",
                "create table private.t (id int); create index on private.t (id); alter table private.t set schema public",
                "create table private.t (id int) partition by range (id); alter table private.t set schema public",
                "begin; create table private.t (id int); alter table private.t set schema public; commit",
                "begin; create table private.t (id int); savepoint s; alter table private.t set schema public; commit",
                "create table private.t (id int); do $$ begin begin alter table private.t set schema public;"
                        + " exception when others then raise; end; end $$",
                "create table private.x (id int); alter table private.x set schema public; alter table x rename to t",
                "create table t (id int); alter table t disable row level security;"
                        + " alter table t set schema private; alter table private.t set schema public"
            })
    void aTableThatIsMovedInGetsRowLevelSecurity(String sql) {
        run(sql);
        assertThat(secured()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table t (id int); alter table t disable row level security",
                "begin; create table t (id int); alter table t disable row level security; commit",
                "begin; create table private.t (id int); alter table private.t set schema public;"
                        + " alter table t disable row level security; alter table t add x int; commit",
                "create table t (id int); alter table t disable row level security; alter table t add x int;"
                        + " alter table t rename to u; alter table u rename to t"
            })
    void whoeverTurnsItOffMeansIt(String sql) {
        run(sql);
        assertThat(secured()).isFalse();
    }

    @Test
    void aRolledBackMoveIsForgotten() {
        run("create table private.t (id int)");
        run("begin; savepoint s; alter table private.t set schema public; rollback to s;"
                + " alter table private.t set schema public; commit");
        assertThat(secured()).isTrue();
    }

    @Test
    void aTableThatIsMovedElsewhereIsLeftAlone() {
        run("create schema other; create table private.t (id int); alter table private.t set schema other;"
                + " alter table other.t add x int");
        assertThat(POSTGRES.query(database, "select relrowsecurity from pg_class where oid = 'other.t'::regclass"))
                .containsExactly("f");
    }

    @Test
    void aFunctionThatIsMovedInIsNobodysUntilItIsGranted() {
        run("create function private.f() returns int language sql return 1;"
                + " grant execute on function private.f() to public");
        run("create function private.g() returns int language sql return 1");
        POSTGRES.execute(database, "create function private.h() returns int language sql return 1");
        run("alter function private.f() set schema public; alter function private.g() set schema public");
        POSTGRES.execute(database, "alter function private.h() set schema public");
        assertThat(attempt(database, "anon", "select public.f()"))
                .as("it was given on purpose")
                .isEqualTo("ok");
        assertThat(attempt(database, "anon", "select public.g()")).isEqualTo("42501");
        assertThat(attempt(database, "anon", "select public.h()")).isEqualTo("42501");
    }

    @Test
    void anOlderFunctionIsNotTakenAwayByAnotherChange() {
        POSTGRES.execute(
                database,
                "alter event trigger galley_guard_new_objects disable;"
                        + " create function f() returns int language sql return 1;"
                        + " alter event trigger galley_guard_new_objects enable");
        POSTGRES.execute(database, "alter function f() cost 5");
        assertThat(attempt(database, "anon", "select public.f()")).isEqualTo("ok");
    }

    /** Several statements, each in a transaction of its own unless they say otherwise. */
    private void run(String sql) {
        for (String statement : sql.startsWith("begin") || sql.contains("$$") ? new String[] {sql} : sql.split(";")) {
            executeAs(database, "postgres", statement);
        }
    }

    private boolean secured() {
        return POSTGRES.query(database, "select relrowsecurity from pg_class where oid = 'public.t'::regclass")
                .contains("t");
    }
}
