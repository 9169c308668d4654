package dev.galley.auth.account;

import dev.galley.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Codes and links that are sent to a user and work once. A message holds two secrets: a code of few digits, which is tried against
 * one user and only a few times, and a link with a random token, which is looked up by itself. The database holds digests of both.
 */
public final class OneTimeTokens {
    public static final String PKCE_PREFIX = "pkce_";

    private static final int LINK_BYTES = 32;
    private static final int MAX_ATTEMPTS = 5;

    private final byte[] key;
    private final SecureRandom random;

    /** What a token is for. */
    public enum Kind {
        CONFIRMATION("confirmation_token", "confirmation_token", "confirmation_sent_at"),
        RECOVERY("recovery_token", "recovery_token", "recovery_sent_at"),
        EMAIL_CHANGE_NEW("email_change_token_new", "email_change_token_new", "email_change_sent_at"),
        EMAIL_CHANGE_CURRENT("email_change_token_current", "email_change_token_current", "email_change_sent_at"),
        PHONE_CHANGE("phone_change_token", "phone_change_token", "phone_change_sent_at"),
        REAUTHENTICATION("reauthentication_token", "reauthentication_token", "reauthentication_sent_at");

        private final String type;
        private final String column;
        private final String sentAt;

        Kind(String type, String column, String sentAt) {
            this.type = type;
            this.column = column;
            this.sentAt = sentAt;
        }

        /** The column of {@code auth.users} with the time when the last one was sent. */
        public String sentAt() {
            return sentAt;
        }

        static Kind of(String type) {
            return Arrays.stream(values())
                    .filter(kind -> kind.type.equals(type))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /**
     * @param code for people to type
     * @param link for a link
     */
    public record Issued(String code, String link) {
        /** Never prints a secret. */
        @Override
        public String toString() {
            return "Issued";
        }
    }

    public record Redeemed(UUID user, Kind kind, String sentTo) {}

    /** @param key secret, not from the database */
    public OneTimeTokens(byte[] key, SecureRandom random) {
        this.key = key.clone();
        this.random = random;
    }

    /**
     * Makes a new one; an older one of the same kind dies.
     *
     * @param relatesTo the address it is sent to
     * @param pkce whether the link ends in a code for the client that began the flow
     */
    public Issued issue(
            Connection connection, UUID user, Kind kind, String relatesTo, int digits, boolean pkce, Instant now)
            throws SQLException {
        Issued drawn =
                Again.draw(Issued.class, kind.type, () -> new Issued(code(digits), (pkce ? PKCE_PREFIX : "") + link()));
        return issued(connection, user, kind, relatesTo, drawn, now);
    }

    /** Likewise, with a code that whoever asked for it knows already. */
    public void issueKnown(Connection connection, UUID user, Kind kind, String relatesTo, String code, Instant now)
            throws SQLException {
        issued(connection, user, kind, relatesTo, new Issued(code, link()), now);
    }

    private Issued issued(Connection connection, UUID user, Kind kind, String relatesTo, Issued issued, Instant now)
            throws SQLException {
        store(connection, user, kind, relatesTo, issued, now);
        Users.update(connection, user, now, kind.column + " = ?, " + kind.sentAt + " = ?", digest(issued.link()), now);
        return issued;
    }

    private void store(Connection connection, UUID user, Kind kind, String relatesTo, Issued issued, Instant now)
            throws SQLException {
        LocalDateTime utc = LocalDateTime.ofInstant(now, ZoneOffset.UTC);
        Sql.of("""
                        insert into auth.one_time_tokens
                          (id, user_id, token_type, token_hash, otp_hash, relates_to, created_at, updated_at)
                        values (gen_random_uuid(), ?, ?::auth.one_time_token_type, ?, ?, ?, ?, ?)
                        on conflict (user_id, token_type) do update
                          set token_hash = excluded.token_hash, otp_hash = excluded.otp_hash, relates_to = excluded.relates_to,
                              created_at = excluded.created_at, updated_at = excluded.updated_at, attempts = 0
                        """, user, kind.type, digest(issued.link()), codeHash(user, kind, issued.code()), relatesTo, utc, utc)
                .update(connection);
    }

    /**
     * Counts an attempt to guess a code. To be committed before {@link #redeemCode}, so that it counts however the attempt ends.
     *
     * @return whether there is any code that may still be tried
     */
    public List<Kind> countAttempt(Connection connection, UUID user, List<Kind> kinds) throws SQLException {
        return Sql.of("""
                                update auth.one_time_tokens set attempts = attempts + 1
                                 where user_id = ? and token_type = any (?::auth.one_time_token_type[]) and attempts < ?
                                 returning token_type::text
                                """, user, types(kinds), MAX_ATTEMPTS).list(connection, row -> Kind.of(row.getString(1)));
    }

    /** Of two that redeem the same code at once, one gets it. */
    public Optional<Redeemed> redeemCode(
            Connection connection, UUID user, List<Kind> kinds, String code, Instant notBefore) throws SQLException {
        for (Kind kind : kinds) {
            Optional<Redeemed> redeemed = redeem(
                    connection,
                    "user_id = ? and token_type = ?::auth.one_time_token_type and otp_hash = ? and created_at > ?",
                    user,
                    kind.type,
                    codeHash(user, kind, code),
                    LocalDateTime.ofInstant(notBefore, ZoneOffset.UTC));
            if (redeemed.isPresent()) {
                return redeemed;
            }
        }
        return Optional.empty();
    }

    /** Likewise for the token of a link. */
    public Optional<Redeemed> redeemLink(Connection connection, List<Kind> kinds, String link, Instant notBefore)
            throws SQLException {
        return redeemDigest(connection, kinds, digest(link), notBefore);
    }

    public Optional<Redeemed> redeemDigest(Connection connection, List<Kind> kinds, String digest, Instant notBefore)
            throws SQLException {
        return redeem(
                connection,
                "token_hash = ? and token_type = any (?::auth.one_time_token_type[]) and created_at > ?",
                digest,
                types(kinds),
                LocalDateTime.ofInstant(notBefore, ZoneOffset.UTC));
    }

    private Optional<Redeemed> redeem(Connection connection, String condition, Object... parameters)
            throws SQLException {
        Optional<Redeemed> redeemed = Sql.of(
                        "delete from auth.one_time_tokens where " + condition
                                + " returning user_id, token_type::text, relates_to",
                        parameters)
                .one(
                        connection,
                        row -> new Redeemed(row.getObject(1, UUID.class), Kind.of(row.getString(2)), row.getString(3)));
        if (redeemed.isPresent()) {
            Sql.of(
                            "update auth.users set " + redeemed.get().kind().column + " = '' where id = ?",
                            redeemed.get().user())
                    .update(connection);
        }
        return redeemed;
    }

    /** No code or link that was sent to the user works any more. */
    public void revokeAll(Connection connection, UUID user) throws SQLException {
        Sql.of("delete from auth.one_time_tokens where user_id = ?", user).update(connection);
        Sql.of("""
                        update auth.users set confirmation_token = '', recovery_token = '', email_change_token_new = '',
                          email_change_token_current = '', phone_change_token = '', reauthentication_token = '' where id = ?
                        """, user).update(connection);
    }

    private String code(int digits) {
        StringBuilder code = new StringBuilder(digits);
        for (int i = 0; i < digits; i++) {
            code.append((char) ('0' + random.nextInt(10)));
        }
        return code.toString();
    }

    private String link() {
        byte[] bytes = new byte[LINK_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A code has too few digits for a plain digest. */
    private String codeHash(UUID user, Kind kind, String code) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] hash = mac.doFinal((user + "/" + kind.type + "/" + code).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    /** What is kept of a link. */
    public static String digest(String link) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(link.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String[] types(List<Kind> kinds) {
        return kinds.stream().map(kind -> kind.type).toArray(String[]::new);
    }
}
