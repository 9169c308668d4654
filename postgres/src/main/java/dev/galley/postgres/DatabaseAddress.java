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

    /**
     * Reads a URL as libpq does: {@code postgresql://user:password@host:port/database?sslmode=require}, with
     * {@code ?host=/folder} for a Unix socket.
     *
     * @throws PostgresException of kind {@code BAD_ADDRESS} when it is not well formed or asks for what is not supported
     */
    public static DatabaseAddress parse(String url) {
        return DatabaseUrl.parse(url);
    }

    /** The URL for users and their tools. It holds the password, if there is one: never for a log. */
    public String url() {
        return DatabaseUrl.print(this);
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
