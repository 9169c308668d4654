package dev.galley.postgres;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The settings of the database.
 *
 * @param url an external server; empty for one of our own
 * @param programs the folder with the programs of another PostgreSQL (postgres, initdb) to use instead of the carried one
 * @param port the TCP port on loopback; empty for none
 * @param parameters server parameters given by the user, by name
 * @param logBytes the size at which the server's log begins anew; one older file is kept
 */
public record PostgresSettings(
        Optional<DatabaseAddress> url,
        Optional<Path> programs,
        Optional<Path> dataDirectory,
        Optional<Path> cacheDirectory,
        Optional<String> osUser,
        Optional<Integer> port,
        int maxConnections,
        long sharedBuffers,
        Map<String, String> parameters,
        long logBytes,
        Duration startTimeout,
        Duration stopTimeout,
        Pool pool) {

    /** The connections for the platform's own work. */
    public record Pool(int size, Duration maxWait, Duration maxIdle) {}

    /** They decide how the program reaches its own server, so they are not the user's to change. */
    private static final Set<String> OURS = Set.of(
            "listen_addresses",
            "port",
            "unix_socket_directories",
            "unix_socket_permissions",
            "unix_socket_group",
            "data_directory",
            "hba_file",
            "ident_file",
            "config_file",
            "external_pid_file",
            "logging_collector",
            "log_destination",
            "max_connections",
            "shared_buffers");

    private static final Pattern PARAMETER_NAME = Pattern.compile("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)?");

    public static PostgresSettings from(SettingsReader in) {
        int port = in.integer(
                "postgres.port",
                0,
                0,
                65_535,
                "TCP port of the embedded PostgreSQL on loopback, for psql and other tools; 0 for none.");
        return new PostgresSettings(
                in.secret(
                                "postgres.url",
                                "An external PostgreSQL (15 or newer), as postgresql://user:password@host:port/database;"
                                        + " without it Galley runs its own.")
                        .map(PostgresSettings::address),
                in.optionalText(
                                "postgres.bin",
                                "Folder with the programs of an installed PostgreSQL (postgres, initdb), to run a private"
                                        + " server with its extensions instead of the embedded one.")
                        .map(Path::of),
                in.optionalText(
                                "postgres.data-dir",
                                "Folder for the embedded PostgreSQL's data, socket and log; .galley/postgres in the project by"
                                        + " default.")
                        .map(Path::of),
                in.optionalText(
                                "postgres.cache-dir",
                                "Folder into which the embedded PostgreSQL is unpacked, shared by all projects; the user's cache"
                                        + " folder by default.")
                        .map(Path::of),
                in.optionalText(
                        "postgres.os-user",
                        "User of the operating system who runs the embedded PostgreSQL when Galley is started by root; the"
                                + " owner of the data, postgres or nobody by default."),
                port == 0 ? Optional.empty() : Optional.of(port),
                in.integer("postgres.max-connections", 100, 10, 10_000, "Connections the embedded PostgreSQL accepts."),
                in.bytes(
                        "postgres.shared-buffers",
                        128L << 20,
                        "Memory in which the embedded PostgreSQL keeps pages; taken as it is used."),
                parameters(in.secretList(
                        "postgres.parameters", "Further parameters of the embedded PostgreSQL, each as name=value.")),
                in.bytes(
                        "postgres.log-size",
                        10L << 20,
                        "Size at which the log of the embedded PostgreSQL begins anew; one older file is kept."),
                in.duration(
                        "postgres.start-timeout",
                        Duration.ofMinutes(2),
                        "How long the embedded PostgreSQL may take to start; recovery after a crash is part of it."),
                in.duration(
                        "postgres.stop-timeout",
                        Duration.ofSeconds(20),
                        "How long the embedded PostgreSQL may take to stop before it is made to."),
                new Pool(
                        in.integer(
                                "postgres.pool-size",
                                6,
                                1,
                                1_000,
                                "Connections for the platform's own work: sign-in, jobs, reading the schema."),
                        in.duration(
                                "postgres.pool-wait",
                                Duration.ofSeconds(5),
                                "How long the platform's own work waits for one of its connections."),
                        in.duration(
                                "postgres.pool-idle",
                                Duration.ofMinutes(1),
                                "After how long an unused connection of the platform's own is closed.")));
    }

    private static DatabaseAddress address(String url) {
        try {
            return DatabaseAddress.parse(url);
        } catch (PostgresException e) {
            throw new SettingsException("postgres.url: " + e.getMessage());
        }
    }

    private static Map<String, String> parameters(List<String> given) {
        Map<String, String> parameters = new TreeMap<>();
        for (int i = 0; i < given.size(); i++) {
            String each = given.get(i);
            int equals = each.indexOf('=');
            String name = equals < 0 ? "" : each.substring(0, equals).strip();
            if (!PARAMETER_NAME.matcher(name).matches()) {
                // What stands there may be the second half of a password with a comma in it.
                throw new SettingsException("postgres.parameters: entry " + (i + 1)
                        + " is not of the form name=value (for example work_mem=8MB); a value with a comma needs a list in"
                        + " galley.toml");
            }
            if (OURS.contains(name)) {
                throw new SettingsException(
                        "postgres.parameters: " + name + " is set by Galley (see the settings postgres.*)");
            }
            String value = each.substring(equals + 1).strip();
            if (value.chars().anyMatch(c -> c < ' ')) {
                throw new SettingsException("postgres.parameters: the value of " + name + " has a control character");
            }
            parameters.put(name, value);
        }
        return Map.copyOf(parameters);
    }
}
