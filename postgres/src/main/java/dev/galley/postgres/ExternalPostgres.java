package dev.galley.postgres;

import java.sql.SQLException;

/** A PostgreSQL that somebody else runs. It is checked once at start; nothing but the login's own rights is assumed. */
public final class ExternalPostgres implements Postgres {
    private static final System.Logger LOG = System.getLogger(ExternalPostgres.class.getName());

    /** 15.0, as {@code server_version_num} counts. */
    private static final int OLDEST = 150_000;

    private final DatabaseAddress address;
    private final ServerProbe probe;

    private ExternalPostgres(DatabaseAddress address, ServerProbe probe) {
        this.address = address;
        this.probe = probe;
    }

    /** Connects once and checks the version. */
    public static ExternalPostgres connect(DatabaseAddress address) {
        ServerProbe probe;
        try {
            probe = ServerProbe.of(address);
        } catch (SQLException e) {
            throw explain(address, e);
        }
        requireSupported(address, probe.version());
        if (probe.pooled()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "A connection pooler lies between here and the database: statements are not kept prepared, and changes"
                            + " of the schema are looked for, not announced (docs/operations.md)");
        }
        return new ExternalPostgres(address, probe);
    }

    static void requireSupported(DatabaseAddress address, int version) {
        if (version < OLDEST) {
            throw new PostgresException(
                    PostgresException.Kind.TOO_OLD,
                    "the server at " + address + " is PostgreSQL " + version / 10_000 + "; Galley needs 15 or newer");
        }
    }

    private static PostgresException explain(DatabaseAddress address, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (String.valueOf(e.getMessage()).contains("unsupported startup parameter")) {
            return new PostgresException(
                    PostgresException.Kind.LOGIN_REFUSED,
                    "the connection pooler at " + address + " refuses a startup parameter: " + e.getMessage()
                            + " (in pgbouncer.ini: ignore_startup_parameters = extra_float_digits)",
                    e);
        }
        return switch (state) {
            case "28P01", "28000" ->
                new PostgresException(
                        PostgresException.Kind.LOGIN_REFUSED,
                        "the server refuses the login " + address + ": " + e.getMessage(),
                        e);
            case "3D000" ->
                new PostgresException(
                        PostgresException.Kind.NO_DATABASE,
                        "the server has no database \"" + address.database() + "\": create it, or name another",
                        e);
            // The client's own words for a password that is needed but not given.
            case "08004" ->
                new PostgresException(
                        PostgresException.Kind.LOGIN_REFUSED,
                        "the server does not accept the connection " + address + ": " + e.getMessage(),
                        e);
            default ->
                new PostgresException(
                        PostgresException.Kind.UNREACHABLE,
                        "no PostgreSQL can be reached at " + address + ": " + e.getMessage(),
                        e);
        };
    }

    @Override
    public DatabaseAddress address() {
        return address;
    }

    /** As {@code server_version_num} counts: 180006 is 18.6. */
    public int version() {
        return probe.version();
    }

    @Override
    public boolean pooled() {
        return probe.pooled();
    }

    @Override
    public Health health() {
        return ServerProbe.health(address);
    }

    /** Never called: what an external server does is seen on the connections only. */
    @Override
    public void onRestart(Runnable listener) {}

    @Override
    public void stop() {}
}
