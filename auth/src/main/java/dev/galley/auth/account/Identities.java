package dev.galley.auth.account;

import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes {@code auth.identities}: as whom a user is known to which provider. */
public final class Identities {
    public static final String EMAIL = "email";
    public static final String PHONE = "phone";

    /** Begins the names of organisations' identity providers, which have ids. */
    public static final String SSO = "sso:";

    private Identities() {}

    /** @throws SQLException with state 23505 when the provider knows another user under this id */
    public static void insert(
            Connection connection, UUID user, String provider, String providerId, ObjectNode data, Instant now)
            throws SQLException {
        Sql.of("""
            insert into auth.identities
              (id, provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
            values (gen_random_uuid(), ?, ?, ?::jsonb, ?, ?, ?, ?)
            """, providerId, user, StrictJson.write(data), provider, now, now, now)
                .update(connection);
    }

    /** Whose the identity is. */
    public static Optional<UUID> owner(Connection connection, String provider, String providerId) throws SQLException {
        return Sql.of(
                        "select user_id from auth.identities where provider = ? and provider_id = ?",
                        provider,
                        providerId)
                .one(connection, row -> row.getObject(1, UUID.class));
    }

    /** What the provider says of its user now. */
    public static void renew(Connection connection, String provider, String providerId, ObjectNode data, Instant now)
            throws SQLException {
        Sql.of("""
            update auth.identities set identity_data = ?::jsonb, last_sign_in_at = ?, updated_at = ?
             where provider = ? and provider_id = ?
            """, StrictJson.write(data), now, now, provider, providerId).update(connection);
    }

    /** Makes or changes the identity of the provider {@code email} or {@code phone}, whose id is the user's own. */
    public static void put(Connection connection, UUID user, String provider, ObjectNode data, Instant now)
            throws SQLException {
        data.put("sub", user.toString());
        Sql.of("""
            insert into auth.identities as known
              (id, provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
            values (gen_random_uuid(), ?, ?, ?::jsonb, ?, ?, ?, ?)
            on conflict (provider_id, provider) do update
              set identity_data = known.identity_data || excluded.identity_data, updated_at = excluded.updated_at
            """, user.toString(), user, StrictJson.write(data), provider, now, now, now)
                .update(connection);
    }

    /** Brings {@code provider} and {@code providers} of the user's metadata in line with the identities. */
    public static void refreshProviders(Connection connection, UUID user) throws SQLException {
        Sql.of("""
            update auth.users u
               set raw_app_meta_data = coalesce(raw_app_meta_data, '{}')
                 || jsonb_build_object('provider', known.names[1], 'providers', to_jsonb(known.names))
              from (select array_agg(provider order by first) as names
                      from (select provider, min(created_at) as first from auth.identities
                             where user_id = ? group by provider) as each) as known
             where u.id = ? and known.names is not null
            """, user, user).update(connection);
    }
}
