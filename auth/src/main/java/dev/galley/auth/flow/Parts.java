package dev.galley.auth.flow;

import dev.galley.auth.account.Again;
import dev.galley.auth.account.Audit;
import dev.galley.auth.account.OneTimeTokens;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.hook.Hooks;
import dev.galley.auth.limit.RateLimits;
import dev.galley.auth.password.PasswordHasher;
import dev.galley.auth.password.PasswordPolicy;
import dev.galley.auth.token.Refreshes;
import dev.galley.auth.token.SignIns;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.PlatformDatabase;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What endpoints work with. */
public record Parts(
        AuthSettings settings,
        PlatformDatabase database,
        Clock clock,
        RateLimits limits,
        PasswordHasher hasher,
        PasswordPolicy policy,
        SignIns signIns,
        Refreshes refreshes,
        OneTimeTokens oneTimeTokens,
        Messages messages,
        TextMessages sms,
        Hooks hooks,
        Redirects redirects,
        Callers callers) {
    private static final int ATTEMPTS = 3;

    public Instant now() {
        return Again.now(clock);
    }

    /**
     * One transaction; one that PostgreSQL gave up because of another is tried again. When it is rolled back because the user may
     * not sign in, that is noted after it.
     */
    public <T> T transaction(PlatformDatabase.Work<T> work) throws SQLException {
        try {
            return Creations.hooked(hooks) ? Creations.around(this, work) : attempted(work);
        } catch (AuthException notLetIn) {
            if (notLetIn.error().refused().isPresent()) {
                noteRefusal(notLetIn.error().refused().get());
            }
            throw notLetIn;
        }
    }

    private void noteRefusal(UUID id) throws SQLException {
        attempted(connection -> {
            Optional<User> user = Users.byId(connection, id);
            if (user.isPresent()) {
                Audit.note(
                        connection,
                        Audit.Action.LOGIN_FAILED,
                        user.get(),
                        StrictJson.newObject().put("reason", "user_banned"),
                        Hooks.client(),
                        now());
            }
            return user;
        });
    }

    /** The same where a user may be made: of two first sign-ins of one user at once, the second finds what the first has made. */
    public <T> T creation(PlatformDatabase.Work<T> work) throws SQLException {
        try {
            return transaction(work);
        } catch (SQLException e) {
            if (!SqlStates.duplicate(e)) {
                throw e;
            }
            return transaction(work);
        }
    }

    <T> T attempted(PlatformDatabase.Work<T> work) throws SQLException {
        return hooks.transaction(() -> repeated(work));
    }

    private <T> T repeated(PlatformDatabase.Work<T> work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return database.transaction(work);
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !SqlStates.tryAgain(e)) {
                    throw e;
                }
            }
        }
    }

    public static SignIns.Client client(AuthRequest request) {
        return new SignIns.Client(request.userAgent(), request.clientAddress());
    }
}
