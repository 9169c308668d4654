package dev.galley.postgres;

import java.util.Properties;

/** Turns a {@link DatabaseAddress} into what pgjdbc wants: a URL without secrets, and properties. */
public final class JdbcConnections {
    private JdbcConnections() {}

    /** The same for every address: all that matters is in the properties. */
    public static String url(DatabaseAddress address) {
        return switch (address.endpoint()) {
            case DatabaseAddress.UnixSocket _ -> "jdbc:postgresql://localhost/";
            case DatabaseAddress.Tcp tcp ->
                "jdbc:postgresql://" + (tcp.host().contains(":") ? "[" + tcp.host() + "]" : tcp.host()) + ":"
                        + tcp.port() + "/";
        };
    }

    public static Properties properties(DatabaseAddress address) {
        Properties properties = new Properties();
        properties.setProperty("PGDBNAME", address.database());
        properties.setProperty("user", address.user());
        address.password().ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("ApplicationName", "galley");
        // Types are inferred by the server, as they are for the data path.
        properties.setProperty("stringtype", "unspecified");
        switch (address.endpoint()) {
            case DatabaseAddress.UnixSocket socket -> {
                properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
                properties.setProperty("socketFactoryArg", socket.file().toString());
                properties.setProperty("sslmode", "disable");
                properties.setProperty("gssEncMode", "disable");
            }
            case DatabaseAddress.Tcp _ ->
                properties.setProperty(
                        "sslmode",
                        address.tls().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
        }
        return properties;
    }
}
