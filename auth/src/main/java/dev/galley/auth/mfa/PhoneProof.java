package dev.galley.auth.mfa;

import dev.galley.auth.account.Challenges.Challenge;
import dev.galley.auth.account.Factor;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.factor.SecretBox;
import dev.galley.auth.flow.Parts;
import java.sql.Connection;
import java.sql.SQLException;
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
        String code = parts.sms()
                .sendFactorCode(
                        connection,
                        holder.user(),
                        factor.phone().orElseThrow(),
                        () -> box.randomCode(parts.settings().mfa().phoneOtpLength()));
        return new Question(Optional.of(box.digest(code, challenge.toString())), Optional.empty(), Optional.empty());
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
