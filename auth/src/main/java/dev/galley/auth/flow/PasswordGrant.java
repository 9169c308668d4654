package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.hook.Hooks;
import dev.galley.auth.limit.RateLimits;
import dev.galley.auth.limit.RateSettings;
import dev.galley.auth.password.PasswordHasher.Verdict;
import dev.galley.identity.StrictJson;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /token?grant_type=password}. Whether there is such a user is told by nothing: neither the answer nor the time it
 * takes. Guesses are counted by account, from one address and from everywhere.
 */
public final class PasswordGrant implements Endpoint {
    private final Parts parts;

    private record Attempt(boolean byEmail, String address, String password) {}

    public PasswordGrant(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        Attempt attempt = attempt(request.json());
        String fromHere = attempt.address() + " " + RateLimits.network(request.clientAddress());
        // Counted before it is judged: many at once must not all pass the same look.
        takeTurn(attempt, fromHere);
        Optional<User> found =
                find(attempt).filter(known -> known.passwordHash().isPresent());
        Verdict verdict;
        try {
            verdict = parts.hasher().verify(attempt.password(), found.flatMap(User::passwordHash));
        } catch (AuthException notJudged) {
            giveBack(attempt, fromHere);
            throw notJudged;
        }
        boolean right = found.isPresent() && verdict.matches();
        if (!right) {
            noteFailure(request, found.orElseGet(Audit::nobody), attempt);
        }
        if (found.isPresent()) {
            judge(request, found.get(), attempt, right);
        }
        if (!right) {
            throw invalid();
        }
        giveBack(attempt, fromHere);
        User user = found.get();
        parts.transaction(_ -> {
            requireMaySignIn(user, attempt);
            return user;
        });
        Optional<String> better =
                verdict.outdated() ? Optional.of(parts.hasher().hash(attempt.password())) : Optional.empty();
        ObjectNode json = parts.transaction(connection -> {
                    // It may have been changed while we hashed: a password that no longer holds opens nothing.
                    User now = Users.locked(connection, user.id())
                            .filter(same -> same.passwordHash().equals(user.passwordHash()))
                            .orElseThrow(PasswordGrant::invalid);
                    requireMaySignIn(now, attempt);
                    if (better.isPresent()) {
                        Users.update(connection, user.id(), parts.now(), "encrypted_password = ?", better.get());
                    }
                    Audit.note(
                            connection,
                            Audit.Action.LOGIN,
                            now,
                            StrictJson.newObject().put("provider", attempt.byEmail() ? "email" : "phone"),
                            request.clientAddress(),
                            parts.now());
                    return parts.signIns().begin(connection, user.id(), "password", Parts.client(request));
                })
                .json();
        parts.policy().fault(attempt.password()).ifPresent(weak -> tell(json, weak));
        return Reply.ok(json);
    }

    /** By the project's hook. What it rejects counts as a guess, so that the limits tell nothing of the password. */
    private void judge(AuthRequest request, User user, Attempt attempt, boolean right) throws SQLException {
        Optional<Hooks.Rejection> rejection = parts.hooks().passwordAttempt(user.id(), right);
        if (rejection.isEmpty()) {
            return;
        }
        if (right) {
            noteFailure(request, user, attempt);
        }
        if (rejection.get().logout()) {
            parts.transaction(connection -> {
                Sessions.endAll(connection, user.id());
                return user;
            });
        }
        throw AuthError.of(400, ErrorCode.INVALID_CREDENTIALS, rejection.get().message())
                .thrown();
    }

    /** Also where there is nobody: else the time would tell. */
    private void noteFailure(AuthRequest request, User user, Attempt attempt) throws SQLException {
        parts.transaction(connection -> {
            Audit.note(
                    connection,
                    Audit.Action.LOGIN_FAILED,
                    user,
                    StrictJson.newObject().put("provider", attempt.byEmail() ? "email" : "phone"),
                    request.clientAddress(),
                    parts.now());
            return user;
        });
    }

    private Attempt attempt(JsonBody body) {
        Optional<String> email = body.text("email");
        Optional<String> phone = body.text("phone");
        if (email.isPresent() && phone.isPresent()) {
            throw AuthError.invalid("Only an email address or phone number should be provided on login.")
                    .thrown();
        }
        if (email.isEmpty() && phone.isEmpty()) {
            throw AuthError.invalid("missing email or phone").thrown();
        }
        String password = body.text("password").orElse("");
        if (email.isPresent()) {
            requireEnabled(parts.settings().email().enabled(), ErrorCode.EMAIL_PROVIDER_DISABLED, "Email");
            return new Attempt(true, email.get().strip().toLowerCase(java.util.Locale.ROOT), limited(password));
        }
        requireEnabled(parts.settings().phone().enabled(), ErrorCode.PHONE_PROVIDER_DISABLED, "Phone");
        return new Attempt(false, phone.get().replace(" ", "").replaceFirst("^\\+", ""), limited(password));
    }

    /** Nobody has a password that long, and hashing one takes time. */
    private String limited(String password) {
        return password.length() > parts.settings().passwords().maxBytes() ? "" : password;
    }

    private static void requireEnabled(boolean enabled, ErrorCode code, String what) {
        if (!enabled) {
            throw AuthError.of(422, code, what + " logins are disabled").thrown();
        }
    }

    private Optional<User> find(Attempt attempt) throws SQLException {
        String audience = parts.settings().sessions().audience();
        return parts.transaction(connection -> attempt.byEmail()
                ? Users.byEmail(connection, attempt.address(), audience)
                : Users.byPhone(connection, attempt.address(), audience));
    }

    private void requireMaySignIn(User user, Attempt attempt) {
        if (user.bannedAt(parts.now())) {
            throw AuthError.banned(400, user.id()).thrown();
        }
        Predicate<User> confirmed = attempt.byEmail() ? User::emailConfirmed : User::phoneConfirmed;
        if (!confirmed.test(user)) {
            throw attempt.byEmail()
                    ? AuthError.of(400, ErrorCode.EMAIL_NOT_CONFIRMED, "Email not confirmed")
                            .thrown()
                    : AuthError.of(400, ErrorCode.PHONE_NOT_CONFIRMED, "Phone not confirmed")
                            .thrown();
        }
    }

    private void takeTurn(Attempt attempt, String fromHere) throws SQLException {
        RateSettings rates = parts.settings().rates();
        Optional<Duration> here = parts.limits().take("guess", fromHere, rates.guesses());
        Optional<Duration> anywhere =
                here.isPresent() ? here : parts.limits().take("guess-all", attempt.address(), rates.accountGuesses());
        if (here.isEmpty() && anywhere.isPresent()) {
            parts.limits().giveBack("guess", fromHere, rates.guesses());
        }
        if (anywhere.isPresent()) {
            throw AuthError.tooOften(
                            ErrorCode.OVER_REQUEST_RATE_LIMIT,
                            "Too many failed sign-ins, try again later",
                            anywhere.get())
                    .thrown();
        }
    }

    private void giveBack(Attempt attempt, String fromHere) throws SQLException {
        RateSettings rates = parts.settings().rates();
        parts.limits().giveBack("guess", fromHere, rates.guesses());
        parts.limits().giveBack("guess-all", attempt.address(), rates.accountGuesses());
    }

    private static AuthException invalid() {
        return AuthError.of(400, ErrorCode.INVALID_CREDENTIALS, "Invalid login credentials")
                .thrown();
    }

    private static void tell(ObjectNode json, AuthError weak) {
        ObjectNode about = json.putObject("weak_password").put("message", weak.message());
        ArrayNode reasons = about.putArray("reasons");
        weak.weakPassword().forEach(reasons::add);
    }
}
