package dev.galley.server;

import dev.galley.auth.AuthMigrations;
import dev.galley.identity.Advisor;
import dev.galley.identity.IdentityMigrations;
import dev.galley.identity.PlatformDecision;
import dev.galley.identity.PlatformGaps;
import dev.galley.identity.PlatformProbe;
import dev.galley.identity.PlatformSettings.Install;
import dev.galley.identity.PlatformSql;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.EmbeddedPostgres;
import dev.galley.postgres.Migration;
import dev.galley.postgres.Migrations;
import dev.galley.postgres.PlatformDatabase;
import dev.galley.postgres.Postgres;
import dev.galley.postgres.changes.ChangeMigrations;
import dev.galley.postgres.idempotency.IdempotencySweep;
import dev.galley.realtime.RealtimeMigrations;
import dev.galley.storage.StorageMigrations;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Our own objects in the database, brought up to date, or left out where the database is not ours to change.
 *
 * @param installed whether they are there
 * @param roles the roles that requests may act as; empty for any that the login may become
 */
record Platform(boolean installed, Set<String> roles) {
    private static final System.Logger LOG = System.getLogger(Platform.class.getName());

    private static final Set<String> API_ROLES = Set.of("anon", "authenticated", "service_role");

    /** The login for requests on a server of our own: it may do nothing but become an API role. */
    private static final String REQUEST_LOGIN = "authenticator";

    static Platform bring(PlatformDatabase database, AllSettings settings) throws SQLException {
        PlatformProbe probe;
        try (Connection connection = database.connection()) {
            probe = PlatformProbe.of(connection);
        }
        Install install = settings.platform().install();
        boolean onlyDialects = settings.server().runsDialectsOnly();
        return switch (PlatformDecision.of(probe, install, onlyDialects)) {
            case PlatformDecision.Manage _ -> manage(database, settings);
            case PlatformDecision.Use _ -> new Platform(true, API_ROLES);
            case PlatformDecision.Plain _ ->
                new Platform(false, Set.copyOf(settings.identity().roles()));
            case PlatformDecision.Impossible impossible -> throw new Failure(impossible.advice());
        };
    }

    private static Platform manage(PlatformDatabase database, AllSettings settings) throws SQLException {
        List<Migration> migrations = new ArrayList<>(IdentityMigrations.all());
        migrations.addAll(IdempotencySweep.migrations());
        migrations.addAll(AuthMigrations.all());
        migrations.addAll(ChangeMigrations.all());
        migrations.addAll(RealtimeMigrations.all());
        migrations.addAll(StorageMigrations.all());
        new Migrations(database, migrations).run();
        try (Connection connection = database.connection()) {
            PlatformSql.apply(connection, settings.platform());
        }
        return new Platform(true, API_ROLES);
    }

    /** Tells the operator what this database lacks of the platform, and what in it is open to strangers. Delays no start. */
    void advise(PlatformDatabase database, List<String> exposedSchemas) {
        if (!installed) {
            return;
        }
        Thread.ofVirtual().name("advice").start(() -> {
            try (Connection connection = database.connection()) {
                for (PlatformGaps.Gap gap : PlatformGaps.of(connection)) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "{0}; an administrator may run: {1}",
                            gap.effect(),
                            gap.remedy());
                }
                for (String warning : Advisor.warnings(connection, exposedSchemas)) {
                    LOG.log(System.Logger.Level.WARNING, "{0}", warning);
                }
            } catch (SQLException failure) {
                LOG.log(System.Logger.Level.DEBUG, "no advice on the database", failure);
            }
        });
    }

    /** The name of that login, also before it exists. */
    static String requestLogin(Postgres postgres) {
        return postgres instanceof EmbeddedPostgres
                ? REQUEST_LOGIN
                : postgres.address().user();
    }

    /** As whom requests log in to the database. */
    DatabaseAddress dataPathLogin(Postgres postgres) {
        return installed && postgres instanceof EmbeddedPostgres
                ? postgres.address().withLogin(REQUEST_LOGIN, Optional.empty())
                : postgres.address();
    }
}
