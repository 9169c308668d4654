package dev.galley.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.JdbcConnections;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The baseline: reads as PostgREST makes them. A pool of ten connections; on one of them, for each request, BEGIN, the settings,
 * the statement whose rows PostgreSQL makes into JSON, and COMMIT, each in a round trip of its own. The HTTP server and the socket
 * are the same as the program's.
 */
final class BaselineServer {
    private static final int POOL = 10;
    private static final String BY_KEY = Fixture.asJson("select * from public.items where id = ?::int");
    private static final String THOUSAND = Fixture.asJson("select * from public.items order by id limit 1000");

    private final HikariDataSource pool;
    private final String settings;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    private BaselineServer(HikariDataSource pool, String settings) {
        this.pool = pool;
        this.settings = settings;
    }

    /** Listens on the port given, with the database that libpq's variables name, until it is killed. */
    public static void main(String[] args) {
        Map<String, String> libpq = System.getenv();
        var endpoint = new DatabaseAddress.UnixSocket(
                Path.of(Objects.requireNonNull(libpq.get("PGHOST"))),
                Integer.parseInt(Objects.requireNonNull(libpq.get("PGPORT"))));
        DatabaseAddress address = new DatabaseAddress(
                endpoint,
                Objects.requireNonNull(libpq.get("PGDATABASE")),
                Objects.requireNonNull(libpq.get("PGUSER")),
                Optional.empty(),
                DatabaseAddress.Tls.DISABLE);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(JdbcConnections.url(address));
        config.setDataSourceProperties(JdbcConnections.properties(address));
        config.addDataSourceProperty("prepareThreshold", "1");
        config.setMaximumPoolSize(POOL);
        String claims = "{\"sub\":\"" + Fixture.USER + "\",\"role\":\"authenticated\"}";
        BaselineServer server = new BaselineServer(new HikariDataSource(config), Fixture.settings(claims));
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true))
                .createHttpServer()
                .requestHandler(request -> server.workers.execute(() -> server.answer(request)))
                .listen(Integer.parseInt(args[0]), "127.0.0.1")
                .onFailure(failure -> System.exit(1));
    }

    private void answer(HttpServerRequest request) {
        String path = Objects.requireNonNullElse(request.path(), "");
        try {
            String body = path.startsWith("/key/") ? read(BY_KEY, path.substring(5)) : read(THOUSAND, "");
            request.response()
                    .putHeader("content-type", "application/json; charset=utf-8")
                    .end(body);
        } catch (SQLException e) {
            request.response().setStatusCode(500).end();
        }
    }

    private String read(String sql, String key) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement plain = connection.createStatement();
                PreparedStatement setting = connection.prepareStatement(settings);
                PreparedStatement reading = connection.prepareStatement(sql)) {
            plain.execute("begin");
            try {
                setting.execute();
                if (!key.isEmpty()) reading.setString(1, key);
                try (ResultSet rows = reading.executeQuery()) {
                    rows.next();
                    return rows.getString(2);
                }
            } finally {
                plain.execute("commit");
            }
        }
    }
}
