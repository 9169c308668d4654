package dev.galley.auth.flow;

import dev.galley.auth.account.OneTimeTokens;
import dev.galley.auth.account.OneTimeTokens.Issued;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.limit.RateLimits;
import dev.galley.auth.limit.RateSettings;
import dev.galley.auth.mail.MailType;
import dev.galley.auth.mail.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Sends users their codes and links: makes the token and leaves the message in the outbox, in one transaction with what it is for. */
public final class Messages {
    private static final String PROJECT = "project";

    private final AuthSettings settings;
    private final OneTimeTokens tokens;
    private final RateLimits limits;
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
            Supplier<String> externalUrl,
            Runnable expect,
            Clock clock) {
        this.settings = settings;
        this.tokens = tokens;
        this.limits = limits;
        this.externalUrl = externalUrl;
        this.expect = expect;
        this.clock = clock;
    }

    /** @throws dev.galley.auth.error.AuthException when the project has sent too many */
    public void mail(Connection connection, User user, Mail mail) throws SQLException {
        requireServer();
        requireQuota(connection, "mail", settings.rates().emails(), ErrorCode.OVER_EMAIL_SEND_RATE_LIMIT, "email");
        Instant now = clock.instant();
        Issued issued = tokens.issue(
                connection, user.id(), mail.kind(), mail.to(), settings.email().otpLength(), mail.pkce(), now);
        Outbox.mail(connection, mail.type(), mail.to(), variables(user, mail, issued), user.userMetadata(), now);
        expect.run();
    }

    /** Both halves of a change of address: to the new one, and to the old one where both must agree. */
    public void emailChange(Connection connection, User user, String redirectTo, boolean pkce) throws SQLException {
        String wanted = user.newEmail().orElseThrow();
        Users.update(connection, user.id(), clock.instant(), "email_change_confirm_status = ?", 0);
        if (settings.doubleConfirmEmailChange() && user.email().isPresent()) {
            mail(
                    connection,
                    user,
                    emailChange(Kind.EMAIL_CHANGE_CURRENT, user.email().get(), redirectTo, pkce));
        }
        mail(connection, user, emailChange(Kind.EMAIL_CHANGE_NEW, wanted, redirectTo, pkce));
    }

    private static Mail emailChange(Kind kind, String to, String redirectTo, boolean pkce) {
        return new Mail(MailType.EMAIL_CHANGE, kind, "email_change", to, redirectTo, pkce);
    }

    /** A mail that tells the user of something that happened, without any secret. */
    public void notice(Connection connection, User user, MailType type, String to, Map<String, String> more)
            throws SQLException {
        if (!settings.mail().notices() || !settings.mail().canSend()) {
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

    /** A code by SMS. */
    public void sms(Connection connection, User user, Kind kind, String phone) throws SQLException {
        requireQuota(connection, "sms", settings.rates().sms(), ErrorCode.OVER_SMS_SEND_RATE_LIMIT, "SMS");
        Instant now = clock.instant();
        Issued issued = tokens.issue(
                connection, user.id(), kind, phone, settings.phone().otpLength(), false, now);
        Outbox.sms(connection, phone, issued.code(), now);
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
        refuse(limits.look("mail", PROJECT, settings.rates().emails()), ErrorCode.OVER_EMAIL_SEND_RATE_LIMIT, "email");
        requireInterval(
                limits.take("message/" + kind, address, once(settings.email().minInterval())),
                ErrorCode.OVER_EMAIL_SEND_RATE_LIMIT);
    }

    /** Whether a mail of a kind may go to an address now, in the caller's transaction. */
    public boolean mayMail(Connection connection, Kind kind, String address) throws SQLException {
        return limits.take(
                        connection,
                        "message/" + kind,
                        address,
                        once(settings.email().minInterval()))
                .isEmpty();
    }

    /** The same for SMS. */
    public void requireSmsInterval(Kind kind, String phone) throws SQLException {
        refuse(limits.look("sms", PROJECT, settings.rates().sms()), ErrorCode.OVER_SMS_SEND_RATE_LIMIT, "SMS");
        requireInterval(
                limits.take("message/" + kind, phone, once(settings.phone().minInterval())),
                ErrorCode.OVER_SMS_SEND_RATE_LIMIT);
    }

    private static RateSettings.Rate once(Duration interval) {
        return new RateSettings.Rate(interval.isZero() ? 0 : 1, interval);
    }

    private static void requireInterval(Optional<Duration> wait, ErrorCode code) {
        if (wait.isPresent()) {
            long seconds = Math.max(1, wait.get().toSeconds());
            throw AuthError.tooOften(
                            code,
                            "For security purposes, you can only request this after " + seconds + " seconds.",
                            wait.get())
                    .thrown();
        }
    }

    private void requireServer() {
        if (!settings.mail().canSend()) {
            throw AuthError.of(
                            500,
                            ErrorCode.UNEXPECTED_FAILURE,
                            "Error sending mail: the project has no mail server (setting auth.email.smtp.host)")
                    .thrown();
        }
    }

    private void requireQuota(
            Connection connection, String channel, RateSettings.Rate rate, ErrorCode code, String what)
            throws SQLException {
        refuse(limits.take(connection, channel, PROJECT, rate), code, what);
    }

    private static void refuse(Optional<Duration> wait, ErrorCode code, String what) {
        if (wait.isPresent()) {
            throw AuthError.tooOften(code, what + " rate limit exceeded", wait.get())
                    .thrown();
        }
    }
}
