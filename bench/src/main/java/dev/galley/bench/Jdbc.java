package dev.galley.bench;

import java.net.URI;
import java.util.Map;

/** The printed database URL ({@code postgresql://user:password@host:port/database}) in the words of JDBC and of libpq. */
final class Jdbc {
    private Jdbc() {}

    static String url(String databaseUrl) {
        URI uri = URI.create(databaseUrl);
        String[] login = uri.getUserInfo().split(":", 2);
        return "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath() + "?user=" + login[0]
                + "&password=" + login[1];
    }

    static Map<String, String> libpq(String databaseUrl) {
        URI uri = URI.create(databaseUrl);
        String[] login = uri.getUserInfo().split(":", 2);
        return Map.of(
                "PGHOST", uri.getHost(),
                "PGPORT", Integer.toString(uri.getPort()),
                "PGUSER", login[0],
                "PGPASSWORD", login[1],
                "PGDATABASE", uri.getPath().substring(1));
    }
}
