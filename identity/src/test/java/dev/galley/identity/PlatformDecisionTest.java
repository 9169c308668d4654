package dev.galley.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.identity.PlatformGaps.Kind;
import dev.galley.identity.PlatformSettings.Install;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.TestServer;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.settings.SettingsException;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Databases that others own, on a server of its own where none of our roles exist at first. The order matters: roles belong
 * to the server, and a later test needs those that an earlier one has made.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PlatformDecisionTest {
    private static final TestPostgres POSTGRES = TestPostgres.shared();

    private static DatabaseAddress superuser;

    @BeforeAll
    static void start() {
        superuser = TestServer.start().address();
        POSTGRES.execute(
                superuser, "create role manager login createrole; create role owner login; create role reader login");
        for (String owner : List.of("manager", "owner")) {
            POSTGRES.execute(superuser, "create database " + owner + "s owner " + owner);
        }
    }

    @Test
    @Order(1)
    void aLoginThatMayCreateNothingGetsAPlainRestServerAndAnUntouchedDatabase() {
        DatabaseAddress database = as("reader", "owners");
        assertThat(decide(database, Install.AUTO, true)).isInstanceOf(PlatformDecision.Plain.class);
        assertThat(decide(database, Install.ALWAYS, true)).isInstanceOf(PlatformDecision.Impossible.class);
        assertThat(decide(database, Install.AUTO, false))
                .isInstanceOfSatisfying(
                        PlatformDecision.Impossible.class,
                        no -> assertThat(no.advice()).contains("reader may not create schemas"));
        assertThat(POSTGRES.query(
                        as("supabase_admin", "owners"), "select nspname from pg_namespace where nspname !~ '^pg_'"))
                .containsExactlyInAnyOrder("public", "information_schema");
    }

    @Test
    @Order(2)
    void anOwnerWithoutRolesIsToldWhatToRun() {
        DatabaseAddress database = as("owner", "owners");
        assertThat(decide(database, Install.AUTO, true)).isInstanceOf(PlatformDecision.Plain.class);
        assertThat(decide(database, Install.AUTO, false))
                .isInstanceOfSatisfying(
                        PlatformDecision.Impossible.class,
                        no -> assertThat(no.advice())
                                .contains("create role anon")
                                .contains("to owner"));
    }

    @Test
    @Order(3)
    void aSuperuserMayBeToldToLeaveTheDatabaseAlone() {
        DatabaseAddress database = as("supabase_admin", "owners");
        assertThat(decide(database, Install.AUTO, true)).isInstanceOf(PlatformDecision.Manage.class);
        assertThat(decide(database, Install.NEVER, true)).isInstanceOf(PlatformDecision.Plain.class);
        assertThat(decide(database, Install.NEVER, false)).isInstanceOf(PlatformDecision.Impossible.class);
    }

    @Test
    @Order(4)
    void aLoginThatMayCreateRolesMakesWhatItMayAndTheRestIsReported() throws Exception {
        DatabaseAddress database = as("manager", "managers");
        assertThat(decide(database, Install.AUTO, false)).isInstanceOf(PlatformDecision.Manage.class);

        Platform.install(database);
        Platform.install(database);

        assertThat(POSTGRES.query(
                        database,
                        "select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role', 'authenticator',"
                                + " 'postgres', 'dashboard_user') order by 1"))
                .containsExactly("anon", "authenticated", "authenticator", "service_role");
        try (Connection connection = POSTGRES.connect(database)) {
            assertThat(PlatformGaps.of(connection))
                    .extracting(PlatformGaps.Gap::kind)
                    .containsExactlyInAnyOrder(
                            Kind.SERVICE_ROLE_UNDER_ROW_SECURITY,
                            Kind.NEW_TABLES_UNGUARDED,
                            Kind.SCHEMA_CHANGES_POLLED);
        }
        // It may act as the roles, and its new objects are nobody else's.
        POSTGRES.execute(
                database, "create table t (id int); create function f() returns int return 1; create extension citext");
        for (String role : List.of("anon", "authenticated", "service_role")) {
            assertThat(Platform.attempt(database, role, "select auth.uid(), 'a'::citext"))
                    .isEqualTo("ok");
            assertThat(Platform.attempt(database, role, "select * from t")).isEqualTo("42501");
            assertThat(Platform.attempt(database, role, "select f()")).isEqualTo("42501");
        }
        assertThat(decide(database, Install.AUTO, false)).isInstanceOf(PlatformDecision.Manage.class);
    }

    @Test
    @Order(5)
    void aLoginOfAnotherOwnerOnlyUsesThePlatform() {
        POSTGRES.execute(
                superuser, "create role node login noinherit; grant anon, authenticated, service_role to node");
        assertThat(decide(as("node", "managers"), Install.AUTO, false)).isInstanceOf(PlatformDecision.Use.class);
        assertThat(decide(as("reader", "managers"), Install.AUTO, false))
                .isInstanceOfSatisfying(
                        PlatformDecision.Impossible.class,
                        no -> assertThat(no.advice()).contains("grant anon, authenticated, service_role to reader"));
        assertThat(decide(as("reader", "managers"), Install.AUTO, true))
                .isInstanceOf(PlatformDecision.Impossible.class);
    }

    @Test
    @Order(6)
    void anOwnerWithTheRolesNeedsNoRightToMakeRoles() throws Exception {
        POSTGRES.execute(superuser, "grant anon, authenticated, service_role to owner");
        DatabaseAddress database = as("owner", "owners");
        assertThat(decide(database, Install.AUTO, false)).isInstanceOf(PlatformDecision.Manage.class);
        Platform.install(database, "api.auto-expose-new-tables=true");
        POSTGRES.execute(database, "create table t (id int)");
        assertThat(Platform.attempt(database, "anon", "select * from t")).isEqualTo("ok");
    }

    @Test
    @Order(7)
    void aSuperuserOfAnotherNameTakesNothingFromTheOwner() throws Exception {
        POSTGRES.execute(superuser, "create role root superuser login");
        POSTGRES.execute(superuser, "create database roots owner owner");
        DatabaseAddress database = as("root", "roots");
        Platform.install(database);
        assertThat(POSTGRES.query(database, "select datdba::regrole from pg_database where datname = 'roots'"))
                .containsExactly("owner");
        assertThat(POSTGRES.query(database, "select rolcanlogin from pg_roles where rolname = 'postgres'"))
                .containsExactly("f");
        try (Connection connection = POSTGRES.connect(database)) {
            assertThat(PlatformGaps.of(connection))
                    .extracting(PlatformGaps.Gap::kind)
                    .containsExactly(Kind.SERVICE_ROLE_UNDER_ROW_SECURITY);
        }
        POSTGRES.execute(database, "create table t (id int); create function f() returns int return 1");
        assertThat(Platform.attempt(database, "anon", "select f()")).isEqualTo("42501");
        assertThat(POSTGRES.query(database, "select relrowsecurity from pg_class where relname = 't'"))
                .containsExactly("t");
    }

    @Test
    @Order(8)
    void schemasOfThePlatformCanNeverBeExposed() {
        for (String schema : List.of("auth", "galley", "pg_catalog", "pg_toast", "information_schema", "vault")) {
            assertThatThrownBy(() -> Platform.settings("api.schemas=public," + schema))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageStartingWith("api.schemas: " + schema);
        }
        assertThat(Platform.settings().exposedSchemas()).containsExactly("public", "graphql_public");
    }

    private static DatabaseAddress as(String login, String database) {
        return superuser.withDatabase(database).withLogin(login, Optional.empty());
    }

    private static PlatformDecision decide(DatabaseAddress database, Install install, boolean onlyRest) {
        try (Connection connection = POSTGRES.connect(database)) {
            return PlatformDecision.of(PlatformProbe.of(connection), install, onlyRest);
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }
}
