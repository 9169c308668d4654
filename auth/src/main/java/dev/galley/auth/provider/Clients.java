package dev.galley.auth.provider;

import dev.galley.auth.account.Sessions;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes {@code auth.oauth_clients}. A deleted client keeps its row, and is nowhere seen again. */
final class Clients {
    private static final String SELECT = """
            select id, client_secret_hash, registration_type::text, redirect_uris, grant_types, client_name, client_uri, logo_uri,
                   created_at, updated_at, token_endpoint_auth_method
              from auth.oauth_clients where deleted_at is null
            """;

    /** @param total how many there are on all pages */
    record Page(List<Client> clients, long total) {}

    private Clients() {}

    static Optional<Client> byId(Connection connection, UUID id) throws SQLException {
        return Sql.of(SELECT + " and id = ?", id).one(connection, Clients::client);
    }

    /** The same, and nobody can delete or change it until the transaction ends. */
    static Optional<Client> held(Connection connection, UUID id) throws SQLException {
        return Sql.of(SELECT + " and id = ? for share", id).one(connection, Clients::client);
    }

    /** The same, to change it. */
    static Optional<Client> locked(Connection connection, UUID id) throws SQLException {
        return Sql.of(SELECT + " and id = ? for update", id).one(connection, Clients::client);
    }

    static Page page(Connection connection, long offset, int limit) throws SQLException {
        long total = Sql.of("select count(*) from auth.oauth_clients where deleted_at is null")
                .one(connection, row -> row.getLong(1))
                .orElse(0L);
        return new Page(
                Sql.of(SELECT + " order by created_at desc, id offset ? limit ?", offset, limit)
                        .list(connection, Clients::client),
                total);
    }

    /** How many have registered themselves. */
    static long registered(Connection connection) throws SQLException {
        return Sql.of(
                        "select count(*) from auth.oauth_clients where deleted_at is null and registration_type = 'dynamic'")
                .one(connection, row -> row.getLong(1))
                .orElse(0L);
    }

    static void insert(Connection connection, Client client) throws SQLException {
        Sql.of(
                        """
                        insert into auth.oauth_clients (id, client_secret_hash, registration_type, redirect_uris, grant_types,
                          client_name, client_uri, logo_uri, created_at, updated_at, client_type, token_endpoint_auth_method)
                        values (?, ?, ?::auth.oauth_registration_type, ?, ?, ?, ?, ?, ?, ?, ?::auth.oauth_client_type, ?)
                        """,
                        client.id(),
                        client.secretDigest(),
                        client.registration(),
                        String.join(",", client.redirectUris()),
                        String.join(",", client.grantTypes()),
                        client.name(),
                        client.uri(),
                        client.logo(),
                        client.createdAt(),
                        client.updatedAt(),
                        client.type(),
                        client.authMethod().text())
                .update(connection);
    }

    static void update(Connection connection, Client client) throws SQLException {
        Sql.of(
                        """
                        update auth.oauth_clients
                           set client_secret_hash = ?, redirect_uris = ?, grant_types = ?, client_name = ?, client_uri = ?,
                               logo_uri = ?, updated_at = ?, token_endpoint_auth_method = ?
                         where id = ? and deleted_at is null
                        """,
                        client.secretDigest(),
                        String.join(",", client.redirectUris()),
                        String.join(",", client.grantTypes()),
                        client.name(),
                        client.uri(),
                        client.logo(),
                        client.updatedAt(),
                        client.authMethod().text(),
                        client.id())
                .update(connection);
    }

    /** With all that it may do for anybody. */
    static void delete(Connection connection, UUID id, Instant now) throws SQLException {
        Sql.of("update auth.oauth_clients set deleted_at = ?, updated_at = ? where id = ?", now, now, id)
                .update(connection);
        Sql.of("delete from auth.oauth_authorizations where client_id = ?", id).update(connection);
        Sql.of("delete from auth.oauth_consents where client_id = ?", id).update(connection);
        Sessions.endOfClient(connection, id, Optional.empty());
    }

    private static Client client(ResultSet row) throws SQLException {
        return new Client(
                row.getObject("id", UUID.class),
                Optional.ofNullable(row.getString("client_secret_hash")),
                Client.AuthMethod.of(row.getString("token_endpoint_auth_method"))
                        .orElseThrow(() -> new SQLException("unknown token_endpoint_auth_method")),
                list(row.getString("redirect_uris")),
                list(row.getString("grant_types")),
                text(row, "client_name"),
                text(row, "client_uri"),
                text(row, "logo_uri"),
                row.getString("registration_type"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant());
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).filter(text -> !text.isEmpty());
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",", -1))
                .filter(each -> !each.isEmpty())
                .toList();
    }
}
