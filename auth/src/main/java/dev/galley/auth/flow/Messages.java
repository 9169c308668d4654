package dev.galley.auth.flow;

import dev.galley.auth.account.OneTimeTokens;
import dev.galley.auth.account.OneTimeTokens.Issued;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.User;
import dev.galley.auth.account.UserJson;
import dev.galley.auth.account.Users;
import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.hook.Hook;
import dev.galley.auth.hook.Hooks;
import dev.galley.auth.limit.RateLimits;
import dev.galley.auth.mail.MailType;
import dev.galley.auth.mail.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Sends users their codes and links by mail: makes the token and leaves the message in the outbox, or with the hook that sends mails,
 * in one transaction with what it is for.
 */
public final class Messages {
    private final AuthSettings settings;
    private final OneTimeTokens tokens;
    private final RateLimits limits;
    private final Throttle throttle;
    private final Hooks hooks;
    private final Supplier<String> externalUrl;
    private final Runnable expect;
    private final Clock clock;

    /**
     * A mail to be sent.
     *
     * @param verification the {@code type} that its link carries
     * @param redirectTo where the link ends, checked already
     */
    public record Mail(MailType type, Kind kind, String verification, String to, String redirectTo, boolean pkce) {}

    /**
     * @param externalUrl of {@code /auth/v1}; never taken from a request
     * @param expect tells who sends the messages that one is coming
     */
    public Messages(
            AuthSettings settings,
            OneTimeTokens tokens,
            RateLimits limits,
            Hooks hooks,
            Supplier<String> externalUrl,
            Runnable expect,
            Clock clock) {
        this.settings = settings;
        this.tokens = tokens;
        this.limits = limits;
        this.throttle =
                new Throttle(limits, "mail", "email", settings.rates().emails(), ErrorCode.OVER_EMAIL_SEND_RATE_LIMIT);
        this.hooks = hooks;
        this.externalUrl = externalUrl;
        this.expect = expect;
        this.clock = clock;
    }

    /** @throws dev.galley.auth.error.AuthException when the project has sent too many */
    public void mail(Connection connection, User user, Mail mail) throws SQLException {
        requireServer();
        throttle.requireQuota(connection);
        Issued issued = issued(connection, user, mail);
        if (byHook()) {
            hooks.sendEmail(
                    connection,
                    UserJson.of(user),
                    EmailData.of(mail.verification(), externalUrl.get(), mail.redirectTo(), issued));
            return;
        }
        Outbox.mail(
                connection,
                mail.type(),
                mail.to(),
                variables(user, mail, issued),
                user.userMetadata(),
                clock.instant());
        expect.run();
    }

    private Issued issued(Connection connection, User user, Mail mail) throws SQLException {
        int digits = settings.email().otpLength();
        return tokens.issue(connection, user.id(), mail.kind(), mail.to(), digits, mail.pkce(), clock.instant());
    }

    /** Both halves of a change of address: to the new one, and to the old one where both must agree. */
    public void emailChange(Connection connection, User user, String redirectTo, boolean pkce) throws SQLException {
        Mail wanted = emailChange(Kind.EMAIL_CHANGE_NEW, user.newEmail().orElseThrow(), redirectTo, pkce);
        Users.update(connection, user.id(), clock.instant(), "email_change_confirm_status = ?", 0);
        if (settings.doubleConfirmEmailChange() && user.email().isPresent()) {
            Mail old = emailChange(Kind.EMAIL_CHANGE_CURRENT, user.email().get(), redirectTo, pkce);
            if (byHook()) {
                both(connection, user, old, wanted);
                return;
            }
            mail(connection, user, old);
        }
        mail(connection, user, wanted);
    }

    /** The hook is told of both mails at once. */
    private void both(Connection connection, User user, Mail old, Mail wanted) throws SQLException {
        throttle.requireQuota(connection);
        Issued forOld = issued(connection, user, old);
        Issued forNew = issued(connection, user, wanted);
        hooks.sendEmail(
                connection,
                UserJson.of(user),
                EmailData.ofBoth(wanted.verification(), externalUrl.get(), wanted.redirectTo(), forOld, forNew));
    }

    private static Mail emailChange(Kind kind, String to, String redirectTo, boolean pkce) {
        return new Mail(MailType.EMAIL_CHANGE, kind, "email_change", to, redirectTo, pkce);
    }

    /** A mail that tells the user of something that happened, without any secret. */
    public void notice(Connection connection, User user, MailType type, String to, Map<String, String> more)
            throws SQLException {
        if (!settings.mail().notices().contains(type) || !canSend()) {
            return;
        }
        if (byHook()) {
            String site = settings.siteUrl().toString();
            hooks.sendEmail(
                    connection, UserJson.of(user), EmailData.ofNotice(type.text(), externalUrl.get(), site, more));
            return;
        }
        Map<String, String> variables = new LinkedHashMap<>(more);
        variables.put("SiteURL", settings.siteUrl().toString());
        variables.put("Email", user.email().orElse(to));
        Outbox.mail(connection, type, to, variables, user.userMetadata(), clock.instant());
        expect.run();
    }

    private Map<String, String> variables(User user, Mail mail, Issued issued) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("SiteURL", settings.siteUrl().toString());
        variables.put("ConfirmationURL", link(mail.verification(), issued, mail.redirectTo()));
        variables.put("Email", user.email().orElse(mail.to()));
        if (mail.type() == MailType.EMAIL_CHANGE) {
            variables.put("NewEmail", user.newEmail().orElse(""));
        }
        variables.put("SendingTo", mail.to());
        variables.put("Token", issued.code());
        variables.put("TokenHash", issued.link());
        variables.put("RedirectTo", mail.redirectTo());
        return variables;
    }

    /** The address that a user opens to confirm. */
    public String link(String verification, Issued issued, String redirectTo) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("token", issued.link());
        parameters.put("type", verification);
        parameters.put("redirect_to", redirectTo);
        return Redirects.withQuery(externalUrl.get() + "/verify", parameters);
    }

    /**
     * At most one message of a kind to an address in the time that the settings say. Counted by address and not by user, so
     * that the answer does not tell whether there is one.
     *
     * @throws dev.galley.auth.error.AuthException when there was one a moment ago
     */
    public void requireMailInterval(Kind kind, String address) throws SQLException {
        // Before anybody looks who has the address: the refusal is the same for all.
        requireServer();
        throttle.requireOpen();
        throttle.requireInterval(limits.take(
                "message/" + kind, address, Throttle.once(settings.email().minInterval())));
    }

    /** Whether a mail of a kind may go to an address now, in the caller's transaction. */
    public boolean mayMail(Connection connection, Kind kind, String address) throws SQLException {
        return limits.take(
                        connection,
                        "message/" + kind,
                        address,
                        Throttle.once(settings.email().minInterval()))
                .isEmpty();
    }

    private boolean byHook() {
        return hooks.has(Hook.SEND_EMAIL);
    }

    private boolean canSend() {
        return byHook() || settings.mail().canSend();
    }

    private void requireServer() {
        if (!canSend()) {
            throw AuthError.of(
                            500,
                            ErrorCode.UNEXPECTED_FAILURE,
                            "Error sending mail: the project has no mail server (setting auth.email.smtp.host)")
                    .thrown();
        }
    }
}
