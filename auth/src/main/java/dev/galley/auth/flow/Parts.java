package dev.galley.auth.flow;

import dev.galley.auth.account.OneTimeTokens;
import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.hook.Hooks;
import dev.galley.auth.limit.RateLimits;
import dev.galley.auth.password.PasswordHasher;
import dev.galley.auth.password.PasswordPolicy;
import dev.galley.auth.token.Refreshes;
import dev.galley.auth.token.SignIns;
import dev.galley.postgres.PlatformDatabase;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;

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
        return clock.instant();
    }

    /** One transaction; one that PostgreSQL gave up because of another is tried again. */
    public <T> T transaction(PlatformDatabase.Work<T> work) throws SQLException {
        return Creations.hooked(hooks) ? Creations.around(this, work) : attempted(work);
    }

    <T> T attempted(PlatformDatabase.Work<T> work) throws SQLException {
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
