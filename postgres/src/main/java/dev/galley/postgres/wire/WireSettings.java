package dev.galley.postgres.wire;

import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.util.Optional;

/**
 * The limits of the data path.
 *
 * @param connections regular and express connections of all event loops together
 * @param expressConnections of one event loop
 * @param expressLimit the usual time of a statement that may travel express
 * @param expressTimeout the statement timeout of the express lane
 * @param roleShare how much of the connections and of the queue one role may take, in percent
 * @param conflictRetries how often a transaction that met another is run again
 */
public record WireSettings(
        int connections,
        int expressConnections,
        Duration expressLimit,
        Duration expressTimeout,
        int queue,
        int roleShare,
        Duration acquireTimeout,
        Duration connectTimeout,
        boolean namedStatements,
        int statements,
        int longestMessage,
        int conflictRetries,
        Optional<String> tlsRootCertificate) {

    public static final WireSettings DEFAULT = new WireSettings(
            40,
            2,
            Duration.ofMillis(10),
            Duration.ofMillis(100),
            1000,
            75,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            true,
            256,
            64 << 20,
            3,
            Optional.empty());

    /** The same for a server that is reached through a connection pooler. */
    public WireSettings behindPooler() {
        return new WireSettings(
                connections,
                expressConnections,
                expressLimit,
                expressTimeout,
                queue,
                roleShare,
                acquireTimeout,
                connectTimeout,
                false,
                statements,
                longestMessage,
                conflictRetries,
                tlsRootCertificate);
    }

    public static WireSettings from(SettingsReader reader) {
        return new WireSettings(
                reader.integer(
                        "database.connections",
                        DEFAULT.connections,
                        3,
                        10_000,
                        "Connections for requests, all event loops together (each gets an equal share, at least three)."),
                reader.integer(
                        "database.express-connections",
                        DEFAULT.expressConnections,
                        0,
                        64,
                        "How many of an event loop's connections are shared by short reads; 0 turns the express lane off."),
                reader.duration(
                        "database.express-limit",
                        DEFAULT.expressLimit,
                        "Reads that usually take longer than this do not share a connection."),
                reader.duration(
                        "database.express-timeout",
                        DEFAULT.expressTimeout,
                        "A read on a shared connection that takes longer than this is stopped and run again on one of its own."),
                reader.integer(
                        "database.queue",
                        DEFAULT.queue,
                        0,
                        1_000_000,
                        "Requests of one event loop that may wait for a connection; more are answered at once with 504."),
                reader.integer(
                        "database.role-share",
                        DEFAULT.roleShare,
                        1,
                        100,
                        "How much of an event loop's connections for single requests, and of its queue, the requests of one"
                                + " role may take, in percent; more wait or are answered with 503. 100 lets one role take"
                                + " all."),
                reader.duration(
                        "database.acquire-timeout",
                        DEFAULT.acquireTimeout,
                        "The longest wait for a connection before a request is answered with 504."),
                reader.duration(
                        "database.connect-timeout", DEFAULT.connectTimeout, "The longest time to connect and log in."),
                reader.flag(
                        "database.named-statements",
                        DEFAULT.namedStatements,
                        "Whether statements are prepared once per connection. Never behind a connection pooler, which is noticed."),
                reader.integer(
                        "database.prepared-statements",
                        DEFAULT.statements,
                        16,
                        10_000,
                        "Prepared statements kept on each connection, of 1 KiB of SQL on average: long ones count as several."),
                Math.clamp(
                        reader.bytes(
                                "database.longest-row",
                                DEFAULT.longestMessage,
                                "The longest row in bytes; a longer one fails the request."),
                        1 << 16,
                        1 << 30),
                reader.integer(
                        "database.conflict-retries",
                        DEFAULT.conflictRetries,
                        0,
                        20,
                        "How often a transaction is run again that PostgreSQL undid because it met another one (40001, 40P01)."),
                reader.optionalText(
                        "database.tls-root-certificate",
                        "PEM file of the authorities that may sign the database's certificate; without it those of the JVM."));
    }
}
