package dev.galley.auth.provider;

import dev.galley.auth.account.Delegation;
import dev.galley.auth.account.Session;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.token.RefreshToken;
import dev.galley.identity.Authenticator;
import dev.galley.identity.Caller;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * A token that somebody shows to have it revoked or explained: genuine, not expired, and of a session that an OAuth client has.
 *
 * @param claims of an access token; empty for a refresh token
 * @param current whether a refresh token is the one that holds
 */
record Presented(Session session, Delegation delegation, Optional<ObjectNode> claims, boolean current) {
    private static final int MAX_LENGTH = 16 << 10;

    /** Tells the kinds apart by itself: a hint need not be right (RFC 7009, 2.1). */
    static Optional<Presented> find(Connection connection, Parts parts, Authenticator authenticator, String token)
            throws SQLException {
        if (token.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Optional<RefreshToken> refresh = RefreshToken.parse(token);
        return refresh.isPresent()
                ? refresh(connection, parts, refresh.get())
                : access(connection, authenticator, token);
    }

    private static Optional<Presented> refresh(Connection connection, Parts parts, RefreshToken token)
            throws SQLException {
        return Sessions.byId(connection, token.session())
                .filter(session -> parts.signIns().issued(session, token))
                .flatMap(session -> of(session, Optional.empty(), token.counter() == session.counter()));
    }

    private static Optional<Presented> access(Connection connection, Authenticator authenticator, String token)
            throws SQLException {
        if (!(authenticator.identify(Optional.of("Bearer " + token), Optional.empty()) instanceof Caller caller)) {
            return Optional.empty();
        }
        ObjectNode claims = (ObjectNode) StrictJson.read(caller.claims());
        UUID id;
        try {
            id = UUID.fromString(claims.path("session_id").asString(""));
        } catch (IllegalArgumentException noSession) {
            return Optional.empty();
        }
        return Sessions.byId(connection, id)
                .filter(session ->
                        session.user().toString().equals(claims.path("sub").asString("")))
                .flatMap(session -> of(session, Optional.of(claims), true));
    }

    private static Optional<Presented> of(Session session, Optional<ObjectNode> claims, boolean current) {
        return session.delegation().map(delegation -> new Presented(session, delegation, claims, current));
    }

    /** Never prints claims. */
    @Override
    public String toString() {
        return "Presented[" + session + "]";
    }
}
