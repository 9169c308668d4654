package dev.galley.auth.oauth;

import dev.galley.auth.account.Audit;
import dev.galley.auth.account.Identities;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.OneTimeTokens.Redeemed;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Messages;
import dev.galley.auth.flow.NewUsers;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.flow.Unproven;
import dev.galley.auth.mail.MailType;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Decides who somebody is that a provider vouches for. An identity that is known is its user. Otherwise an address makes two accounts
 * one only when both sides are sure of it: the provider says that it is verified, and the local account has confirmed it. A local
 * account that never confirmed the address is somebody's claim: its true owner gets the address, and nothing that the other one left.
 */
final class Linking {
    private final Parts parts;

    /** What became of it. */
    sealed interface Outcome {}

    record SignedIn(UUID user) implements Outcome {}

    /** The transaction is to be committed all the same: a confirmation may be on its way. */
    record Refused(AuthError error) implements Outcome {}

    Linking(Parts parts) {
        this.parts = parts;
    }

    Outcome signIn(Connection connection, AuthRequest request, Provider provider, Profile profile, String redirectTo)
            throws SQLException {
        Optional<UUID> known = Identities.owner(connection, provider.name(), profile.subject());
        if (known.isPresent()) {
            return again(connection, request, provider, profile, lockedUser(connection, known.get()), redirectTo);
        }
        if (profile.email().isEmpty() && !provider.settings().emailOptional()) {
            throw AuthError.of(500, ErrorCode.UNEXPECTED_FAILURE, "Error getting user email from external provider")
                    .thrown();
        }
        String audience = parts.settings().sessions().audience();
        Optional<User> holder = profile.email().isEmpty()
                ? Optional.empty()
                : Users.byEmail(connection, profile.email().get().address(), audience);
        if (holder.isEmpty()) {
            return create(connection, request, provider, profile, redirectTo);
        }
        if (profile.verifiedEmail().isEmpty()) {
            // The same answer as for a new address: it does not tell that there is somebody.
            return unverified(provider);
        }
        User user = lockedUser(connection, holder.get().id());
        if (!owns(user, profile.verifiedEmail())) {
            throw AuthError.of(409, ErrorCode.CONFLICT, "The account has changed meanwhile; try again")
                    .thrown();
        }
        if (user.emailConfirmed()) {
            return new SignedIn(link(connection, request, provider, profile, user));
        }
        if (user.phoneConfirmed()) {
            Users.update(connection, user.id(), parts.now(), "email = null, email_change = ''");
            Sql.of("delete from auth.identities where user_id = ? and provider = 'email'", user.id())
                    .update(connection);
            Identities.refreshProviders(connection, user.id());
            return create(connection, request, provider, profile, redirectTo);
        }
        return new SignedIn(takeOver(connection, request, provider, profile, user));
    }

    /** Somebody who is signed in adds an identity. */
    UUID linkTo(Connection connection, AuthRequest request, Provider provider, Profile profile, UUID target)
            throws SQLException {
        User user = lockedUser(connection, target);
        Optional<UUID> owner = Identities.owner(connection, provider.name(), profile.subject());
        if (owner.isPresent()) {
            throw AuthError.of(
                            422,
                            ErrorCode.IDENTITY_ALREADY_EXISTS,
                            owner.get().equals(target)
                                    ? "Identity is already linked"
                                    : "Identity is already linked to another user")
                    .thrown();
        }
        if (user.email().isEmpty() && profile.verifiedEmail().isPresent()) {
            adoptEmail(connection, user.id(), profile.verifiedEmail().get());
        }
        Users.update(connection, user.id(), parts.now(), "is_anonymous = false");
        return link(connection, request, provider, profile, user);
    }

    /** An invited user comes by a provider instead of the link in the mail, which they have shown. */
    UUID acceptInvite(Connection connection, AuthRequest request, Provider provider, Profile profile, String token)
            throws SQLException {
        Instant notBefore = parts.now().minus(parts.settings().email().otpExpiry());
        Redeemed redeemed = parts.oneTimeTokens()
                .redeemDigest(connection, List.of(Kind.CONFIRMATION), token, notBefore)
                .orElseThrow(() -> AuthError.of(404, ErrorCode.INVITE_NOT_FOUND, "Invite not found")
                        .thrown());
        User user = lockedUser(connection, redeemed.user());
        if (!user.invited()) {
            throw AuthError.of(404, ErrorCode.INVITE_NOT_FOUND, "Invite not found")
                    .thrown();
        }
        if (!owns(user, profile.email().map(Profile.Email::address))) {
            throw AuthError.invalid("Invited email does not match emails from external provider")
                    .thrown();
        }
        note(connection, request, user, provider, Audit.Action.INVITE_ACCEPTED);
        if (!user.emailConfirmed()) {
            return takeOver(connection, request, provider, profile, user);
        }
        return link(connection, request, provider, profile, user);
    }

    private Outcome again(
            Connection connection,
            AuthRequest request,
            Provider provider,
            Profile profile,
            User user,
            String redirectTo)
            throws SQLException {
        Identities.renew(connection, provider.name(), profile.subject(), profile.data(), parts.now());
        if (!user.emailConfirmed() && user.email().isPresent()) {
            if (!owns(user, profile.verifiedEmail())) {
                return confirmation(connection, provider, user, redirectTo);
            }
            return new SignedIn(takeOver(connection, request, provider, profile, user));
        }
        keepUp(connection, profile, user.id());
        note(connection, request, user, provider, Audit.Action.LOGIN);
        return new SignedIn(user.id());
    }

    private Outcome create(
            Connection connection, AuthRequest request, Provider provider, Profile profile, String redirectTo)
            throws SQLException {
        if (!parts.settings().signupEnabled()) {
            throw AuthError.of(422, ErrorCode.SIGNUP_DISABLED, "Signups not allowed for this instance")
                    .thrown();
        }
        UUID id = NewUsers.id();
        Users.Draft draft = new Users.Draft(
                id,
                parts.settings().sessions().audience(),
                "authenticated",
                profile.email().map(Profile.Email::address),
                Optional.empty(),
                Optional.empty(),
                NewUsers.appMetadata(provider.name()),
                profile.data(),
                false,
                false);
        NewUsers.insert(connection, parts, draft);
        Identities.insert(connection, id, provider.name(), profile.subject(), profile.data(), parts.now());
        Identities.refreshProviders(connection, id);
        User user = Users.byId(connection, id).orElseThrow();
        boolean sure =
                profile.verifiedEmail().isPresent() || !parts.settings().email().confirm();
        if (profile.email().isPresent() && !sure) {
            return confirmation(connection, provider, user, redirectTo);
        }
        if (profile.email().isPresent()) {
            confirm(connection, id);
        }
        note(connection, request, user, provider, Audit.Action.USER_SIGNEDUP);
        return new SignedIn(id);
    }

    private Outcome confirmation(Connection connection, Provider provider, User user, String redirectTo)
            throws SQLException {
        String email = user.email().orElseThrow();
        if (!parts.messages().mayMail(connection, Kind.CONFIRMATION, email)) {
            return unverified(provider);
        }
        parts.messages()
                .mail(
                        connection,
                        user,
                        new Messages.Mail(
                                MailType.CONFIRMATION, Kind.CONFIRMATION, "signup", email, redirectTo, false));
        return unverified(provider);
    }

    private static Refused unverified(Provider provider) {
        String name = provider.name();
        return new Refused(AuthError.of(
                422,
                ErrorCode.PROVIDER_EMAIL_NEEDS_VERIFICATION,
                "Unverified email with " + name + ". A confirmation email has been sent to your " + name + " email"));
    }

    private UUID link(Connection connection, AuthRequest request, Provider provider, Profile profile, User user)
            throws SQLException {
        Identities.insert(connection, user.id(), provider.name(), profile.subject(), profile.data(), parts.now());
        keepUp(connection, profile, user.id());
        note(connection, request, user, provider, Audit.Action.IDENTITY_LINKED);
        if (user.email().isPresent() && user.emailConfirmed()) {
            parts.messages()
                    .notice(
                            connection,
                            user,
                            MailType.IDENTITY_LINKED_NOTIFICATION,
                            user.email().get(),
                            Map.of("Provider", provider.name()));
        }
        return user.id();
    }

    /** What an administrator gave an invited user stays; what came with an unverified sign-up does not. */
    private UUID takeOver(Connection connection, AuthRequest request, Provider provider, Profile profile, User user)
            throws SQLException {
        UUID id = user.id();
        Users.update(connection, id, parts.now(), "phone = null");
        if (!user.invited()) {
            Users.update(connection, id, parts.now(), "raw_user_meta_data = '{}'");
        }
        Unproven.clear(connection, parts.oneTimeTokens(), user, parts.now());
        Sql.of("delete from auth.identities where user_id = ?", id).update(connection);
        confirm(connection, id);
        return link(connection, request, provider, profile, user);
    }

    private void adoptEmail(Connection connection, UUID user, String email) throws SQLException {
        String audience = parts.settings().sessions().audience();
        if (Users.byEmail(connection, email, audience).isPresent()) {
            throw AuthError.of(
                            422, ErrorCode.EMAIL_EXISTS, "A user with this email address has already been registered")
                    .thrown();
        }
        Users.update(connection, user, parts.now(), "email = ?, email_confirmed_at = ?", email, parts.now());
    }

    private void confirm(Connection connection, UUID user) throws SQLException {
        Instant now = parts.now();
        Users.update(
                connection,
                user,
                now,
                "email_confirmed_at = coalesce(email_confirmed_at, ?), is_anonymous = false",
                now);
    }

    private void keepUp(Connection connection, Profile profile, UUID user) throws SQLException {
        Users.mergeUserMetadata(connection, user, parts.now(), profile.data());
        Identities.refreshProviders(connection, user);
    }

    private User lockedUser(Connection connection, UUID id) throws SQLException {
        User user = Users.locked(connection, id)
                .orElseThrow(() -> AuthError.of(404, ErrorCode.USER_NOT_FOUND, "User not found")
                        .thrown());
        if (user.bannedAt(parts.now())) {
            throw AuthError.banned(403, user.id()).thrown();
        }
        return user;
    }

    /** Imported accounts may have their address with capitals. */
    private static boolean owns(User user, Optional<String> address) {
        return address.isPresent()
                && user.email().filter(address.get()::equalsIgnoreCase).isPresent();
    }

    private void note(Connection connection, AuthRequest request, User user, Provider provider, Audit.Action action)
            throws SQLException {
        Audit.note(
                connection,
                action,
                user,
                StrictJson.newObject().put("provider", provider.name()),
                request.clientAddress(),
                parts.now());
    }
}
