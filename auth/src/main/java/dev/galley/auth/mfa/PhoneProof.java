package dev.galley.auth.mfa;

import dev.galley.auth.account.Challenges.Challenge;
import dev.galley.auth.account.Factor;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.factor.MfaSettings;
import dev.galley.auth.factor.SecretBox;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.mail.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** A code sent to a phone by SMS. */
final class PhoneProof implements Proof {
    private final Parts parts;
    private final SecretBox box;

    PhoneProof(Parts parts, SecretBox box) {
        this.parts = parts;
        this.box = box;
    }

    @Override
    public Question ask(Connection connection, Holder holder, Factor factor, UUID challenge, JsonBody body)
            throws SQLException {
        MfaSettings settings = parts.settings().mfa();
        Duration wait = factor.lastChallengedAt()
                .map(last -> Duration.between(parts.now(), last.plus(settings.phoneInterval())))
                .orElse(Duration.ZERO);
        if (wait.isPositive()) {
            throw tooOften(wait);
        }
        Optional<Duration> quota = parts.limits()
                .take(connection, "sms", "project", parts.settings().rates().sms());
        if (quota.isPresent()) {
            throw tooOften(quota.get());
        }
        String code = box.randomCode(settings.phoneOtpLength());
        Outbox.sms(connection, factor.phone().orElseThrow(), code, parts.now());
        return new Question(Optional.of(box.digest(code, challenge.toString())), Optional.empty(), Optional.empty());
    }

    private static dev.galley.auth.error.AuthException tooOften(Duration wait) {
        long seconds = Math.max(1, wait.toSeconds());
        return AuthError.tooOften(
                        ErrorCode.OVER_SMS_SEND_RATE_LIMIT,
                        "For security purposes, you can only request this after " + seconds + " seconds.",
                        wait)
                .thrown();
    }

    @Override
    public Verdict shown(Connection connection, Holder holder, Factor factor, Challenge challenge, JsonBody body) {
        String code = Codes.required(body);
        return Verdict.of(challenge
                .code()
                .filter(digest -> box.matches(digest, code, challenge.id().toString()))
                .isPresent());
    }

    @Override
    public String failure() {
        return "Invalid MFA Phone code entered";
    }
}
