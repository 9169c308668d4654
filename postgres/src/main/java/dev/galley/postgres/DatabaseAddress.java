package dev.galley.postgres;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a PostgreSQL listens, which database is meant and who logs in.
 *
 * @param password empty when the server trusts the connection (the embedded server's own socket)
 */
public record DatabaseAddress(Endpoint endpoint, String database, String user, Optional<String> password, Tls tls) {

    /** What the client connects to. */
    public sealed interface Endpoint {}

    /** The socket {@code <directory>/.s.PGSQL.<port>}. */
    public record UnixSocket(Path directory, int port) implements Endpoint {
        public Path file() {
            return directory.resolve(".s.PGSQL." + port);
        }
    }

    public record Tcp(String host, int port) implements Endpoint {}

    /** libpq's {@code sslmode}; the modes that verify do so against the JVM's trust store or {@code sslrootcert}. */
    public enum Tls {
        DISABLE,
        PREFER,
        REQUIRE,
        VERIFY_CA,
        VERIFY_FULL
    }

    public DatabaseAddress withDatabase(String other) {
        return new DatabaseAddress(endpoint, other, user, password, tls);
    }

    public DatabaseAddress withLogin(String otherUser, Optional<String> otherPassword) {
        return new DatabaseAddress(endpoint, database, otherUser, otherPassword, tls);
    }

    /** Never prints the password. */
    @Override
    public String toString() {
        return user + "@" + endpoint + "/" + database;
    }
}
