package dev.galley.auth.account;

import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes {@code auth.users}. Every method is part of the caller's transaction. */
public final class Users {
    private static final UUID INSTANCE = new UUID(0, 0);

    private static final String SELECT = """
            select to_jsonb(u) || jsonb_build_object(
                'identities', coalesce((
                  select jsonb_agg(to_jsonb(i) order by i.created_at, i.provider) from auth.identities i where i.user_id = u.id), '[]'),
                'factors', coalesce((
                  select jsonb_agg(to_jsonb(f) order by f.created_at) from auth.mfa_factors f where f.user_id = u.id), '[]'))
              from auth.users u
            """;

    /**
     * What is known of a user who does not exist yet.
     *
     * @param passwordHash empty for a user without a password
     */
    public record Draft(
            UUID id,
            String audience,
            String role,
            Optional<String> email,
            Optional<String> phone,
            Optional<String> passwordHash,
            ObjectNode appMetadata,
            ObjectNode userMetadata,
            boolean anonymous,
            boolean sso) {}

    /** Those of an audience that are not deleted and have this in their address, number or full name. */
    private static final String LISTED = "u.aud = ? and u.deleted_at is null and (lower(coalesce(u.email, '')) like ?"
            + " or coalesce(u.phone, '') like ? or lower(coalesce(u.raw_user_meta_data ->> 'full_name', '')) like ?)";

    private static final String TIME = "coalesce(u.created_at, '-infinity')";

    /**
     * A user's place in the order of their creation.
     *
     * @param createdAt as PostgreSQL reads it
     */
    public record Position(String createdAt, UUID id) {
        public static Position of(User user) {
            return new Position(user.text("created_at").orElse("-infinity"), user.id());
        }
    }

    /** @param total how many there are on all pages */
    public record Page(List<User> users, long total) {}

    private Users() {}

    public static Optional<User> byId(Connection connection, UUID id) throws SQLException {
        return one(connection, "u.id = ?", id);
    }

    /** The same, and nobody else can change the user until the transaction ends. */
    public static Optional<User> locked(Connection connection, UUID id) throws SQLException {
        // In a statement of its own: the next one then sees what the one before us has committed.
        if (!Sql.of("select 1 from auth.users where id = ? for update", id).exists(connection)) {
            return Optional.empty();
        }
        return byId(connection, id);
    }

    public static Optional<User> byEmail(Connection connection, String email, String audience) throws SQLException {
        return one(
                connection,
                "lower(u.email) = ? and not u.is_sso_user and u.aud = ?",
                email.toLowerCase(Locale.ROOT),
                audience);
    }

    public static Optional<User> byPhone(Connection connection, String phone, String audience) throws SQLException {
        return one(connection, "u.phone = ? and not u.is_sso_user and u.aud = ?", phone, audience);
    }

    /** Whoever has this address or wants to have it: of several who want it at most one will get it. */
    public static List<User> byEmailOrNewEmail(Connection connection, String email, String audience)
            throws SQLException {
        return list(
                connection,
                "(lower(u.email) = ? or lower(u.email_change) = ?) and not u.is_sso_user and u.aud = ?"
                        + " and u.email_change <> '' order by u.email_change_sent_at desc limit 10",
                email,
                email,
                audience);
    }

    /**
     * A page of those who are not deleted.
     *
     * @param filter what the address or the full name contains
     */
    public static Page page(
            Connection connection,
            String audience,
            Optional<String> filter,
            boolean oldestFirst,
            long offset,
            int limit)
            throws SQLException {
        List<Object> values = values(audience, filter);
        long total = Sql.of("select count(*) from auth.users u where " + LISTED, values.toArray())
                .one(connection, row -> row.getLong(1))
                .orElse(0L);
        values.addAll(List.of(offset, limit));
        return new Page(list(connection, LISTED + order(oldestFirst) + " offset ? limit ?", values.toArray()), total);
    }

    /** Likewise, those that come after a user in that order, without counting all. */
    public static List<User> after(
            Connection connection,
            String audience,
            Optional<String> filter,
            boolean oldestFirst,
            Optional<Position> after,
            int limit)
            throws SQLException {
        List<Object> values = values(audience, filter);
        String condition = LISTED;
        if (after.isPresent()) {
            condition += " and (" + TIME + ", u.id) " + (oldestFirst ? ">" : "<") + " (?::timestamptz, ?)";
            values.addAll(List.of(after.get().createdAt(), after.get().id()));
        }
        values.add(limit);
        return list(connection, condition + order(oldestFirst) + " limit ?", values.toArray());
    }

    private static String order(boolean oldestFirst) {
        String direction = oldestFirst ? " asc" : " desc";
        return " order by " + TIME + direction + ", u.id" + direction;
    }

    private static List<Object> values(String audience, Optional<String> filter) {
        String pattern = "%" + filter.orElse("").toLowerCase(Locale.ROOT).replaceAll("([%_\\\\])", "\\\\$1") + "%";
        return new ArrayList<>(List.of(audience, pattern, pattern, pattern));
    }

    public static List<User> byNewPhone(Connection connection, String phone, String audience) throws SQLException {
        return list(
                connection,
                "u.phone_change = ? and not u.is_sso_user and u.aud = ? order by u.phone_change_sent_at desc limit 10",
                phone,
                audience);
    }

    /** @throws SQLException with state 23505 when the address has been taken meanwhile */
    public static void insert(Connection connection, Draft draft, Instant now) throws SQLException {
        Sql.of(
                        """
                        insert into auth.users (instance_id, id, aud, role, email, phone, encrypted_password, raw_app_meta_data,
                          raw_user_meta_data, is_anonymous, is_sso_user, confirmation_token, recovery_token,
                          email_change_token_new, email_change, created_at, updated_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?, '', '', '', '', ?, ?)
                        """,
                        INSTANCE,
                        draft.id(),
                        draft.audience(),
                        draft.role(),
                        draft.email(),
                        draft.phone(),
                        draft.passwordHash().orElse(""),
                        StrictJson.write(draft.appMetadata()),
                        StrictJson.write(draft.userMetadata()),
                        draft.anonymous(),
                        draft.sso(),
                        now,
                        now)
                .update(connection);
    }

    /**
     * Sets columns.
     *
     * @param assignments {@code "email = ?, phone = ?"}: a constant of the program
     */
    public static void update(Connection connection, UUID id, Instant now, String assignments, Object... values)
            throws SQLException {
        List<Object> parameters = new java.util.ArrayList<>(List.of(values));
        parameters.add(now);
        parameters.add(id);
        new Sql("update auth.users set " + assignments + ", updated_at = ? where id = ?", parameters)
                .update(connection);
    }

    /** Adds keys to the metadata; a key whose value is null is removed. */
    public static void mergeUserMetadata(Connection connection, UUID id, Instant now, ObjectNode changes)
            throws SQLException {
        merge(connection, id, now, "raw_user_meta_data", changes);
    }

    /** Likewise, of the metadata that only the application may set. */
    public static void mergeAppMetadata(Connection connection, UUID id, Instant now, ObjectNode changes)
            throws SQLException {
        merge(connection, id, now, "raw_app_meta_data", changes);
    }

    private static void merge(Connection connection, UUID id, Instant now, String column, ObjectNode changes)
            throws SQLException {
        String json = StrictJson.write(changes);
        update(
                connection,
                id,
                now,
                column + " = (coalesce(" + column + ", '{}') || ?::jsonb)"
                        + " - array(select key from jsonb_each(?::jsonb) where value = 'null')",
                json,
                json);
    }

    private static Optional<User> one(Connection connection, String condition, Object... parameters)
            throws SQLException {
        return list(connection, condition, parameters).stream().findFirst();
    }

    private static List<User> list(Connection connection, String condition, Object... parameters) throws SQLException {
        return Sql.of(SELECT + "where " + condition, parameters)
                .list(connection, row -> new User((ObjectNode) StrictJson.read(row.getString(1))));
    }
}
