package dev.galley.auth.flow;

import dev.galley.auth.account.Session;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.identity.Caller;
import dev.galley.identity.Refusal;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who has signed in: a good token is not enough here, the user and the session it names must still be there. So a ban, a sign-out
 * or the end of a session counts at once for everything in this service.
 */
public final class Callers {
    private static final String SERVICE_ROLE = "service_role";

    private final Clock clock;

    /** @param session empty for a token that names none, such as one made by hand */
    public record SignedIn(User user, Optional<Session> session, ObjectNode claims) {

        public Session requireSession() {
            return session.orElseThrow(
                    () -> AuthError.of(403, ErrorCode.SESSION_NOT_FOUND, "The token names no session")
                            .thrown());
        }

        /** Another way to sign in is as much as another password. */
        public void requireStepUp() {
            if (user.hasVerifiedFactor() && !aal2()) {
                throw AuthError.of(
                                401,
                                ErrorCode.INSUFFICIENT_AAL,
                                "AAL2 session is required to change identities when MFA is enabled.")
                        .thrown();
            }
        }

        /** Whether an OAuth client acts for the user. */
        public boolean delegate() {
            return session.flatMap(Session::oauthClient).isPresent();
        }

        public void requireUserThemselves() {
            if (delegate()) {
                throw forbidden(ErrorCode.NO_AUTHORIZATION, "OAuth clients are not allowed to perform this action");
            }
        }

        public boolean aal2() {
            return session.map(Session::aal2).orElse(false);
        }
    }

    public Callers(Clock clock) {
        this.clock = clock;
    }

    /**
     * The user of the request's token, by their own sign-in: what an OAuth client holds for a user opens nothing here.
     *
     * @throws AuthException when there is none
     */
    public SignedIn signedIn(Connection connection, AuthRequest request) throws SQLException {
        SignedIn caller = signedInOrDelegate(connection, request);
        caller.requireUserThemselves();
        return caller;
    }

    /**
     * The same, with the user locked until the transaction ends: whatever ends the session comes before, and then there is nobody, or
     * after.
     *
     * @throws AuthException when there is none
     */
    public SignedIn signedInLocked(Connection connection, AuthRequest request) throws SQLException {
        Users.locked(connection, signedIn(connection, request).user().id());
        return signedIn(connection, request);
    }

    /**
     * The same, also for a token that an OAuth client holds for the user.
     *
     * @throws AuthException when there is none
     */
    public SignedIn signedInOrDelegate(Connection connection, AuthRequest request) throws SQLException {
        Caller caller = caller(request);
        ObjectNode claims = (ObjectNode) StrictJson.read(caller.claims());
        UUID subject = uuid(claims, "sub", "invalid claim: missing sub claim");
        User user = Users.byId(connection, subject)
                .orElseThrow(() -> forbidden(ErrorCode.USER_NOT_FOUND, "User from sub claim in JWT does not exist"));
        Optional<Session> session = session(connection, claims, user);
        if (user.bannedAt(clock.instant())) {
            throw forbidden(ErrorCode.USER_BANNED, "User is banned");
        }
        return new SignedIn(user, session, claims);
    }

    private Optional<Session> session(Connection connection, ObjectNode claims, User user) throws SQLException {
        if (claims.path("session_id").asString("").isEmpty()) {
            return Optional.empty();
        }
        UUID id = uuid(claims, "session_id", "invalid claim: session_id claim must be a UUID");
        Optional<Session> session =
                Sessions.byId(connection, id).filter(known -> known.user().equals(user.id()));
        if (session.isEmpty() || isOver(session.get())) {
            throw forbidden(ErrorCode.SESSION_NOT_FOUND, "Session from session_id claim in JWT does not exist");
        }
        return session;
    }

    /** @throws AuthException when the caller may not administrate */
    public static void requireAdmin(AuthRequest request) {
        if (!caller(request).role().equals(SERVICE_ROLE)) {
            throw forbidden(ErrorCode.NOT_ADMIN, "User not allowed");
        }
    }

    /** Whether the request comes with the service key itself, not with a user who has its role. */
    public static boolean serviceKey(AuthRequest request) {
        return request.caller() instanceof Caller caller && caller.role().equals(SERVICE_ROLE) && !bySession(request);
    }

    /** A service key has no session; a user with the role of one has, and may have been banned or signed out since. */
    public static boolean bySession(AuthRequest request) {
        return StrictJson.read(caller(request).claims()).hasNonNull("session_id");
    }

    private boolean isOver(Session session) {
        return session.notAfter().filter(end -> !clock.instant().isBefore(end)).isPresent();
    }

    private static Caller caller(AuthRequest request) {
        return switch (request.caller()) {
            case Caller caller -> caller;
            case Refusal.KeyMissing _, Refusal.KeyUnknown _ ->
                throw AuthError.of(401, ErrorCode.NO_AUTHORIZATION, "This endpoint requires a valid Bearer token")
                        .thrown();
            case Refusal _ -> throw forbidden(ErrorCode.BAD_JWT, "invalid JWT: unable to parse or verify signature");
        };
    }

    private static UUID uuid(ObjectNode claims, String claim, String fault) {
        try {
            return UUID.fromString(claims.path(claim).asString(""));
        } catch (IllegalArgumentException e) {
            throw forbidden(ErrorCode.BAD_JWT, fault);
        }
    }

    private static AuthException forbidden(ErrorCode code, String message) {
        return AuthError.of(403, code, message).thrown();
    }
}
