package dev.galley.auth.flow;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Identities;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.OneTimeTokens.Redeemed;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.mail.MailType;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What follows when the owner of an address has shown that it is theirs. Part of the caller's transaction. */
final class Confirmations {
    /** Of a change of address, which of the two has agreed: neither of them can do it twice. */
    private static final int OLD_AGREED = 1;

    private static final int NEW_AGREED = 2;

    private final Parts parts;

    Confirmations(Parts parts) {
        this.parts = parts;
    }

    /**
     * @return the user to sign in; empty when only one of the two addresses of a change has agreed yet
     * @throws dev.galley.auth.error.AuthException when the user may not sign in
     */
    Optional<User> apply(Connection connection, AuthRequest request, Redeemed redeemed, boolean byPhone)
            throws SQLException {
        User user = Users.locked(connection, redeemed.user())
                .orElseThrow(() -> AuthError.of(404, ErrorCode.USER_NOT_FOUND, "User not found")
                        .thrown());
        if (user.bannedAt(parts.now())) {
            throw AuthError.banned(403, user.id()).thrown();
        }
        requireAddress(user, redeemed, byPhone);
        boolean complete = switch (redeemed.kind()) {
            case CONFIRMATION -> confirm(connection, request, user, byPhone);
            case RECOVERY -> recover(connection, request, user);
            case EMAIL_CHANGE_NEW, EMAIL_CHANGE_CURRENT -> changeEmail(connection, request, user, redeemed.kind());
            case PHONE_CHANGE -> changePhone(connection, request, user);
            case REAUTHENTICATION ->
                throw AuthError.invalid("Unsupported verification type").thrown();
        };
        if (!complete) {
            return Optional.empty();
        }
        Identities.refreshProviders(connection, user.id());
        return Users.byId(connection, user.id());
    }

    /** A code shows one address, the one that it was sent to. */
    private static void requireAddress(User user, Redeemed redeemed, boolean byPhone) {
        Optional<String> meant = switch (redeemed.kind()) {
            case CONFIRMATION -> byPhone ? user.phone() : user.email();
            case RECOVERY, EMAIL_CHANGE_CURRENT -> user.email();
            case EMAIL_CHANGE_NEW -> user.newEmail();
            case PHONE_CHANGE -> user.newPhone();
            case REAUTHENTICATION -> Optional.of(redeemed.sentTo());
        };
        if (meant.filter(redeemed.sentTo()::equalsIgnoreCase).isEmpty()) {
            throw AuthError.of(403, ErrorCode.OTP_EXPIRED, "Token has expired or is invalid")
                    .thrown();
        }
    }

    private boolean confirm(Connection connection, AuthRequest request, User user, boolean byPhone)
            throws SQLException {
        Instant now = parts.now();
        String provider = byPhone ? Identities.PHONE : Identities.EMAIL;
        String address = (byPhone ? user.phone() : user.email()).orElseThrow();
        boolean first = byPhone ? !user.phoneConfirmed() : !user.emailConfirmed();
        if (first) {
            Users.update(
                    connection,
                    user.id(),
                    now,
                    byPhone
                            ? "phone_confirmed_at = ?, is_anonymous = false"
                            : "email_confirmed_at = ?, is_anonymous = false",
                    now);
            Identities.put(connection, user.id(), provider, NewUsers.identity(provider, address, true), now);
        }
        note(connection, request, user, first ? Audit.Action.USER_SIGNEDUP : Audit.Action.LOGIN);
        return true;
    }

    private boolean recover(Connection connection, AuthRequest request, User user) throws SQLException {
        if (user.emailConfirmed()) {
            note(connection, request, user, Audit.Action.LOGIN);
            return true;
        }
        // Whoever signed up with this address never showed that it is theirs; its owner is here now. A password set by
        // the
        // other one must not open the account any more.
        Unproven.clear(connection, parts.oneTimeTokens(), user, parts.now());
        return confirm(connection, request, user, false);
    }

    private boolean changeEmail(Connection connection, AuthRequest request, User user, Kind half) throws SQLException {
        Instant now = parts.now();
        String wanted = user.newEmail()
                .orElseThrow(() -> AuthError.of(403, ErrorCode.OTP_EXPIRED, "Email link is invalid or has expired")
                        .thrown());
        boolean both =
                parts.settings().doubleConfirmEmailChange() && user.email().isPresent();
        if (both) {
            int agreed = user.row().path("email_change_confirm_status").asInt(0);
            if (agreed != (half == Kind.EMAIL_CHANGE_NEW ? OLD_AGREED : NEW_AGREED)) {
                Users.update(
                        connection,
                        user.id(),
                        now,
                        "email_change_confirm_status = ?",
                        half == Kind.EMAIL_CHANGE_NEW ? NEW_AGREED : OLD_AGREED);
                return false;
            }
        }
        Optional<String> old = user.email();
        try {
            Users.update(
                    connection,
                    user.id(),
                    now,
                    "email = ?, email_change = '', email_change_confirm_status = 0, email_confirmed_at = ?, is_anonymous = false",
                    wanted,
                    now);
        } catch (SQLException e) {
            if (SqlStates.duplicate(e)) {
                throw AuthError.of(
                                422,
                                ErrorCode.EMAIL_EXISTS,
                                "A user with this email address has already been registered")
                        .thrown();
            }
            throw e;
        }
        Identities.put(connection, user.id(), Identities.EMAIL, NewUsers.identity(Identities.EMAIL, wanted, true), now);
        parts.oneTimeTokens().revokeAll(connection, user.id());
        note(connection, request, user, Audit.Action.USER_MODIFIED);
        if (old.isPresent()) {
            parts.messages()
                    .notice(
                            connection,
                            user,
                            MailType.EMAIL_CHANGED_NOTIFICATION,
                            old.get(),
                            Map.of("OldEmail", old.get(), "NewEmail", wanted));
        }
        return true;
    }

    private boolean changePhone(Connection connection, AuthRequest request, User user) throws SQLException {
        Instant now = parts.now();
        String wanted = user.newPhone()
                .orElseThrow(() -> AuthError.of(403, ErrorCode.OTP_EXPIRED, "Token has expired or is invalid")
                        .thrown());
        try {
            Users.update(
                    connection,
                    user.id(),
                    now,
                    "phone = ?, phone_change = '', phone_confirmed_at = ?, is_anonymous = false",
                    wanted,
                    now);
        } catch (SQLException e) {
            if (SqlStates.duplicate(e)) {
                throw AuthError.of(
                                422,
                                ErrorCode.PHONE_EXISTS,
                                "A user with this phone number has already been registered")
                        .thrown();
            }
            throw e;
        }
        Identities.put(connection, user.id(), Identities.PHONE, NewUsers.identity(Identities.PHONE, wanted, true), now);
        note(connection, request, user, Audit.Action.USER_MODIFIED);
        if (user.email().isPresent()) {
            parts.messages()
                    .notice(
                            connection,
                            user,
                            MailType.PHONE_CHANGED_NOTIFICATION,
                            user.email().get(),
                            Map.of("OldPhone", user.phone().orElse(""), "Phone", wanted));
        }
        return true;
    }

    private void note(Connection connection, AuthRequest request, User user, Audit.Action action) throws SQLException {
        Audit.note(connection, action, user, StrictJson.newObject(), request.clientAddress(), parts.now());
    }
}
