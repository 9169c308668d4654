package dev.galley.auth.mfa;

import dev.galley.auth.account.Challenges.Challenge;
import dev.galley.auth.account.Factor;
import dev.galley.auth.account.Factors;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.factor.Base32;
import dev.galley.auth.factor.SecretBox;
import dev.galley.auth.factor.Totp;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** A code of an authenticator app. Each works once. */
final class TotpProof implements Proof {
    private final SecretBox box;
    private final Clock clock;

    TotpProof(SecretBox box, Clock clock) {
        this.box = box;
        this.clock = clock;
    }

    @Override
    public Question ask(Connection connection, Holder holder, Factor factor, UUID challenge, JsonBody body) {
        return Question.PLAIN;
    }

    @Override
    public Verdict shown(Connection connection, Holder holder, Factor factor, Challenge challenge, JsonBody body)
            throws SQLException {
        String code = Codes.required(body);
        Optional<byte[]> secret = factor.secret()
                .flatMap(stored -> box.open(stored, factor.id().toString()))
                .flatMap(Base32::decode)
                .filter(bytes -> bytes.length > 0);
        if (secret.isEmpty()) {
            return Verdict.WRONG;
        }
        OptionalLong step = Totp.stepOf(secret.get(), code, clock.instant());
        return Verdict.of(step.isPresent() && Factors.takeStep(connection, factor.id(), step.getAsLong()));
    }

    @Override
    public String failure() {
        return "Invalid TOTP code entered";
    }
}
