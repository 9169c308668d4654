package dev.galley.auth.token;

import dev.galley.auth.account.Assurance;
import dev.galley.auth.account.Audit;
import dev.galley.auth.account.OldRefreshTokens;
import dev.galley.auth.account.Session;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns refresh tokens into new tokens. A token counts up at each use. One that is behind by one (its answer was lost), or that
 * comes within the reuse interval (several tabs at once), gets the current tokens again; any older one was stolen or its thief
 * came first, so the session ends.
 */
public final class Refreshes {
    /** Tokens of the old kind had 12 characters, before that 22. */
    private static final int OLD_LENGTH = 32;

    private final SignIns signIns;

    /** What became of a refresh token. */
    public sealed interface Outcome {}

    /** @param reuse why an older token was answered with the current one, as the protocol names it; empty when none was */
    public record Refreshed(Tokens tokens, List<String> reuse) implements Outcome {}

    private static final String CONCURRENT = "concurrent-refresh";
    private static final String NOT_SAVED = "fail-to-save";

    /** The transaction is to be committed all the same: the session may have been ended. */
    public record Refused(AuthError error) implements Outcome {}

    public Refreshes(SignIns signIns) {
        this.signIns = signIns;
    }

    /** Holds the session's row until the transaction ends. */
    public Outcome refresh(Connection connection, String text, SignIns.Client client) throws SQLException {
        return refresh(connection, text, client, Optional.empty(), Optional.empty());
    }

    /**
     * The same for a client of OAuth that has shown who it is.
     *
     * @param oauthClient whose session it must be; empty: nobody's but the user's own
     * @param scope of the new access token, which the session has too
     */
    public Outcome refresh(
            Connection connection,
            String text,
            SignIns.Client client,
            Optional<UUID> oauthClient,
            Optional<String> scope)
            throws SQLException {
        Optional<RefreshToken> token = RefreshToken.parse(text);
        if (token.isEmpty() && oauthClient.isEmpty() && text.length() <= OLD_LENGTH && text.indexOf('\0') < 0) {
            return old(connection, text, client);
        }
        Optional<Session> known = token.isEmpty()
                ? Optional.empty()
                : Sessions.byId(connection, token.get().session());
        if (known.isEmpty() || !signIns.issued(known.get(), token.get())) {
            return refused(ErrorCode.REFRESH_TOKEN_NOT_FOUND, "Refresh Token Not Found");
        }
        Optional<Session> locked = Sessions.locked(connection, known.get().id());
        if (locked.isEmpty()) {
            return refused(ErrorCode.REFRESH_TOKEN_NOT_FOUND, "Refresh Token Not Found");
        }
        Session session = locked.get();
        User user = Users.byId(connection, session.user()).orElseThrow();
        Instant now = signIns.now();
        Optional<AuthError> refusal = refusal(session, user, oauthClient, now);
        noteBanned(connection, refusal, user, client, now);
        return refusal.isPresent()
                ? new Refused(refusal.get())
                : count(connection, session.narrowed(scope), user, token.get().counter(), client, now);
    }

    /** Exchanges a token of the old kind, once; its session goes on with tokens of the new kind. */
    private Outcome old(Connection connection, String text, SignIns.Client client) throws SQLException {
        Optional<UUID> owner = OldRefreshTokens.session(connection, text);
        Optional<Session> locked = owner.isEmpty() ? Optional.empty() : Sessions.locked(connection, owner.get());
        if (locked.isEmpty()) {
            return refused(ErrorCode.REFRESH_TOKEN_NOT_FOUND, "Refresh Token Not Found");
        }
        Session session = locked.get();
        User user = Users.byId(connection, session.user()).orElseThrow();
        Instant now = signIns.now();
        Optional<AuthError> refusal = refusal(session, user, Optional.empty(), now);
        noteBanned(connection, refusal, user, client, now);
        if (refusal.isPresent()) {
            return new Refused(refusal.get());
        }
        boolean exchanged = session.hmacKey().isPresent();
        boolean first = OldRefreshTokens.use(connection, text, now);
        if (first && !exchanged) {
            Sessions.giveKey(connection, session.id(), signIns.newKey());
            Sessions.refreshed(connection, session.id(), 0, now, client.userAgent(), client.address());
            Audit.note(connection, Audit.Action.TOKEN_REFRESHED, user, StrictJson.newObject(), client.address(), now);
            Session upgraded = Sessions.byId(connection, session.id()).orElseThrow();
            return new Refreshed(signIns.tokens(connection, user, upgraded, "token_refresh"), List.of());
        }
        Instant recently = now.minus(signIns.settings().reuseInterval());
        boolean soon = !first && OldRefreshTokens.usedSince(connection, text, recently);
        if (exchanged && !first && (soon || session.counter() == 0)) {
            return new Refreshed(
                    signIns.tokens(connection, user, session, "token_refresh"), reuse(soon, session.counter() == 0));
        }
        if (signIns.settings().rotation() && !soon) {
            Sessions.end(connection, session.id());
            Audit.note(connection, Audit.Action.TOKEN_REVOKED, user, StrictJson.newObject(), client.address(), now);
        }
        return refused(ErrorCode.REFRESH_TOKEN_ALREADY_USED, "Already Used");
    }

    private static List<String> reuse(boolean soon, boolean behindByOne) {
        return Stream.of(soon ? CONCURRENT : "", behindByOne ? NOT_SAVED : "")
                .filter(cause -> !cause.isEmpty())
                .toList();
    }

    /** Why the session's client would get no new tokens now. */
    public Optional<AuthError> refusal(Session session, User user) {
        return refusal(session, user, session.oauthClient(), signIns.now());
    }

    private Optional<AuthError> refusal(Session session, User user, Optional<UUID> oauthClient, Instant now) {
        if (!session.oauthClient().equals(oauthClient)) {
            return Optional.of(error(ErrorCode.VALIDATION_FAILED, "The session belongs to another client"));
        }
        if (user.bannedAt(now)) {
            return Optional.of(error(ErrorCode.USER_BANNED, "User Banned"));
        }
        SessionSettings settings = signIns.settings();
        boolean over = session.notAfter().filter(end -> !now.isBefore(end)).isPresent()
                || settings.timebox()
                        .filter(life -> !now.isBefore(session.createdAt().plus(life)))
                        .isPresent();
        if (over) {
            return Optional.of(error(ErrorCode.SESSION_EXPIRED, "Session Expired"));
        }
        boolean inactive = settings.inactivity()
                .filter(idle -> !now.isBefore(session.lastActive().plus(idle)))
                .isPresent();
        return inactive
                ? Optional.of(error(ErrorCode.SESSION_EXPIRED, "Session Expired (Inactivity)"))
                : Optional.empty();
    }

    private static void noteBanned(
            Connection connection, Optional<AuthError> refusal, User user, SignIns.Client client, Instant now)
            throws SQLException {
        if (refusal.filter(error -> error.code() == ErrorCode.USER_BANNED).isPresent()) {
            ObjectNode traits =
                    StrictJson.newObject().put("provider", "refresh_token").put("reason", "user_banned");
            Audit.note(connection, Audit.Action.LOGIN_FAILED, user, traits, client.address(), now);
        }
    }

    private Outcome count(
            Connection connection, Session session, User user, long counter, SignIns.Client client, Instant now)
            throws SQLException {
        long behind = session.counter() - counter;
        if (behind < 0) {
            return refused(ErrorCode.VALIDATION_FAILED, "Not Issued By This Server");
        }
        if (behind == 0) {
            Session next = next(session, now);
            Sessions.refreshed(connection, session.id(), next.counter(), now, client.userAgent(), client.address());
            Audit.note(connection, Audit.Action.TOKEN_REFRESHED, user, StrictJson.newObject(), client.address(), now);
            return new Refreshed(signIns.tokens(connection, user, next, "token_refresh"), List.of());
        }
        Duration since = Duration.between(session.lastActive(), now).abs();
        boolean soon = since.compareTo(signIns.settings().reuseInterval()) < 0;
        if (behind == 1 || (soon && behind < Assurance.LEAP)) {
            return new Refreshed(signIns.tokens(connection, user, session, "token_refresh"), reuse(soon, behind == 1));
        }
        if (signIns.settings().rotation() && !soon) {
            Sessions.end(connection, session.id());
            Audit.note(connection, Audit.Action.TOKEN_REVOKED, user, StrictJson.newObject(), client.address(), now);
        }
        return refused(ErrorCode.REFRESH_TOKEN_ALREADY_USED, "Already Used");
    }

    private static Session next(Session session, Instant now) {
        return new Session(
                session.id(),
                session.user(),
                session.createdAt(),
                Optional.of(now),
                session.notAfter(),
                session.aal(),
                session.factor(),
                session.delegation(),
                session.hmacKey(),
                session.counter() + 1);
    }

    private static Outcome refused(ErrorCode code, String what) {
        return new Refused(error(code, what));
    }

    private static AuthError error(ErrorCode code, String what) {
        return AuthError.of(400, code, "Invalid Refresh Token: " + what);
    }
}
