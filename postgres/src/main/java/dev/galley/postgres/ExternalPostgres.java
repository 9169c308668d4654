package dev.galley.postgres;

import java.sql.SQLException;

/** A PostgreSQL that somebody else runs. It is checked once at start; nothing but the login's own rights is assumed. */
public final class ExternalPostgres implements Postgres {
    /** 15.0, as {@code server_version_num} counts. */
    private static final int OLDEST = 150_000;

    private final DatabaseAddress address;
    private final int version;

    private ExternalPostgres(DatabaseAddress address, int version) {
        this.address = address;
        this.version = version;
    }

    /** Connects once and checks the version. */
    public static ExternalPostgres connect(DatabaseAddress address) {
        int version;
        try {
            version = ServerProbe.version(address);
        } catch (SQLException e) {
            throw explain(address, e);
        }
        requireSupported(address, version);
        return new ExternalPostgres(address, version);
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
        return version;
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
