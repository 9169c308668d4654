package dev.galley.auth.flow;

import dev.galley.auth.account.Again;
import dev.galley.auth.account.OneTimeTokens;
import dev.galley.auth.account.OneTimeTokens.Kind;
import dev.galley.auth.account.User;
import dev.galley.auth.account.UserJson;
import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.hook.Hook;
import dev.galley.auth.hook.Hooks;
import dev.galley.auth.limit.RateLimits;
import dev.galley.auth.mail.Outbox;
import dev.galley.identity.StrictJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends users their codes by SMS: leaves them in the outbox, or with the hook that sends SMS, in one transaction with what they are
 * for. To a test number nothing is sent: its code stands in the settings.
 */
public final class TextMessages {
    private final AuthSettings settings;
    private final OneTimeTokens tokens;
    private final RateLimits limits;
    private final Throttle throttle;
    private final Hooks hooks;
    private final Runnable expect;
    private final Clock clock;

    /** @param expect tells who sends the messages that one is coming */
    public TextMessages(
            AuthSettings settings, OneTimeTokens tokens, RateLimits limits, Hooks hooks, Runnable expect, Clock clock) {
        this.settings = settings;
        this.tokens = tokens;
        this.limits = limits;
        this.throttle = new Throttle(limits, "sms", "SMS", settings.rates().sms(), ErrorCode.OVER_SMS_SEND_RATE_LIMIT);
        this.hooks = hooks;
        this.expect = expect;
        this.clock = clock;
    }

    /**
     * At most one message of a kind to a number in the time that the settings say; before anybody looks whose it is.
     *
     * @throws dev.galley.auth.error.AuthException when there was one a moment ago
     */
    public void requireInterval(Kind kind, String phone) throws SQLException {
        if (testCode(phone).isEmpty()) {
            requireProvider();
            throttle.requireOpen();
        }
        throttle.requireInterval(limits.take(
                "message/" + kind, phone, Throttle.once(settings.phone().minInterval())));
    }

    /** A code to sign in, or to confirm a number. */
    public void send(Connection connection, User user, Kind kind, String phone) throws SQLException {
        Instant now = clock.instant();
        Optional<String> known = testCode(phone);
        if (known.isPresent()) {
            tokens.issueKnown(connection, user.id(), kind, phone, known.get(), now);
            return;
        }
        requireProvider();
        throttle.requireQuota(connection);
        int digits = settings.phone().otpLength();
        String code = tokens.issue(connection, user.id(), kind, phone, digits, false, now)
                .code();
        ObjectNode sms = StrictJson.newObject().put("otp", code).put("phone", phone);
        deliver(
                connection,
                user,
                sms,
                settings.sms().text(code),
                settings.phone().otpExpiry());
    }

    /**
     * The code of a second factor; at most one in a time to one number of a user, however often it is enrolled.
     *
     * @param random makes one
     */
    public String sendFactorCode(Connection connection, User user, String phone, Supplier<String> random)
            throws SQLException {
        throttle.requireInterval(limits.take(
                connection,
                "factor-sms",
                user.id() + "/" + phone,
                Throttle.once(settings.mfa().phoneInterval())));
        Optional<String> known = testCode(phone);
        if (known.isPresent()) {
            return known.get();
        }
        requireProvider();
        throttle.requireQuota(connection);
        String code = Again.draw(String.class, "factor code", random);
        ObjectNode sms =
                StrictJson.newObject().put("otp", code).put("sms_type", "mfa").put("phone", phone);
        deliver(
                connection,
                user,
                sms,
                settings.sms().factorText(code),
                settings.mfa().challengeExpiry());
        return code;
    }

    private void deliver(Connection connection, User user, ObjectNode sms, String text, Duration useful)
            throws SQLException {
        if (hooks.has(Hook.SEND_SMS)) {
            hooks.sendSms(connection, UserJson.of(user), sms);
            return;
        }
        Instant now = clock.instant();
        Outbox.sms(connection, sms.path("phone").asString(), text, now.plus(useful), now);
        expect.run();
    }

    private Optional<String> testCode(String phone) {
        return settings.sms().testCode(phone, clock.instant());
    }

    private void requireProvider() {
        boolean any = hooks.has(Hook.SEND_SMS)
                || settings.sms().provider().isPresent()
                || settings.mail().mailbox();
        if (!any) {
            throw AuthError.of(
                            500,
                            ErrorCode.UNEXPECTED_FAILURE,
                            "Error sending SMS: the project has no provider for SMS (settings auth.sms.twilio.* and others)")
                    .thrown();
        }
    }
}
