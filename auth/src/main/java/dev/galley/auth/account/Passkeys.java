package dev.galley.auth.account;

import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Reads and writes {@code auth.webauthn_credentials}. */
public final class Passkeys {
    private static final String SELECT = """
            select id, user_id, friendly_name, created_at, last_used_at, credential_id, public_key, aaguid, sign_count,
                   transports::text, backup_eligible, backed_up
              from auth.webauthn_credentials
            """;

    /** @param name that its user gave it, or that of the authenticator's model */
    public record Passkey(
            UUID id,
            UUID user,
            String name,
            Instant createdAt,
            Optional<Instant> lastUsedAt,
            PublicKeyCredential credential) {}

    private Passkeys() {}

    public static List<Passkey> of(Connection connection, UUID user) throws SQLException {
        return Sql.of(SELECT + "where user_id = ? order by created_at, id", user)
                .list(connection, Passkeys::passkey);
    }

    /** Another user's passkey is none. */
    public static Optional<Passkey> byId(Connection connection, UUID user, UUID id) throws SQLException {
        return Sql.of(SELECT + "where user_id = ? and id = ?", user, id).one(connection, Passkeys::passkey);
    }

    public static Optional<Passkey> byCredential(Connection connection, byte[] id) throws SQLException {
        return Sql.of(SELECT + "where credential_id = ?", id).one(connection, Passkeys::passkey);
    }

    public static void insert(Connection connection, Passkey passkey) throws SQLException {
        PublicKeyCredential credential = passkey.credential();
        ArrayNode transports = StrictJson.newObject().arrayNode();
        credential.transports().forEach(transports::add);
        Sql.of(
                        """
                        insert into auth.webauthn_credentials (id, user_id, friendly_name, created_at, updated_at, credential_id,
                          public_key, aaguid, sign_count, transports, backup_eligible, backed_up)
                        values (?, ?, ?, ?, ?, ?, ?, ?::uuid, ?, ?::jsonb, ?, ?)
                        """,
                        passkey.id(),
                        passkey.user(),
                        passkey.name(),
                        passkey.createdAt(),
                        passkey.createdAt(),
                        credential.idBytes(),
                        credential.publicKeyBytes(),
                        credential.aaguid(),
                        credential.signCount(),
                        StrictJson.write(transports),
                        credential.backupEligible(),
                        credential.backedUp())
                .update(connection);
    }

    public static void rename(Connection connection, UUID id, String name, Instant now) throws SQLException {
        Sql.of("update auth.webauthn_credentials set friendly_name = ?, updated_at = ? where id = ?", name, now, id)
                .update(connection);
    }

    public static void used(Connection connection, UUID id, PublicKeyCredential credential, Instant now)
            throws SQLException {
        Sql.of("""
                        update auth.webauthn_credentials
                           set sign_count = ?, backed_up = ?, last_used_at = ?, updated_at = ? where id = ?
                        """, credential.signCount(), credential.backedUp(), now, now, id).update(connection);
    }

    public static void delete(Connection connection, UUID id) throws SQLException {
        Sql.of("delete from auth.webauthn_credentials where id = ?", id).update(connection);
    }

    /**
     * Whether nobody has this credential, neither as passkey nor as factor. Until the transaction ends nobody else is told so: of
     * two who register it at once, one does.
     */
    public static boolean isFree(Connection connection, PublicKeyCredential credential) throws SQLException {
        Sql.of("select pg_advisory_xact_lock(hashtextextended(?, 0))", "webauthn " + credential.id())
                .exists(connection);
        return !Sql.of("""
                        select from auth.webauthn_credentials where credential_id = ?
                        union all select from auth.mfa_factors
                          where web_authn_credential is not null and web_authn_credential ->> 'id' = ?
                        """, credential.idBytes(), credential.id()).exists(connection);
    }

    private static Passkey passkey(ResultSet row) throws SQLException {
        return new Passkey(
                row.getObject(1, UUID.class),
                row.getObject(2, UUID.class),
                row.getString(3),
                row.getTimestamp(4).toInstant(),
                Optional.ofNullable(row.getTimestamp(5)).map(Timestamp::toInstant),
                new PublicKeyCredential(
                        PublicKeyCredential.base64(row.getBytes(6)),
                        PublicKeyCredential.base64(row.getBytes(7)),
                        Optional.ofNullable(row.getObject(8, UUID.class)),
                        row.getLong(9),
                        StrictJson.read(row.getString(10))
                                .valueStream()
                                .map(JsonNode::asString)
                                .toList(),
                        row.getBoolean(11),
                        row.getBoolean(12)));
    }
}
