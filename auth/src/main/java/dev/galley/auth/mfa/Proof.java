package dev.galley.auth.mfa;

import dev.galley.auth.account.Challenges.Challenge;
import dev.galley.auth.account.Factor;
import dev.galley.auth.edge.JsonBody;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** How a kind of factor is asked for and shown. The caller holds the user locked. */
interface Proof {

    /**
     * @param code digest of a code that was sent
     * @param ceremony of WebAuthn, as JSON, to be compared with the answer
     * @param reply what the client is told besides
     */
    record Question(Optional<String> code, Optional<String> ceremony, Optional<ObjectNode> reply) {
        static final Question PLAIN = new Question(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** @throws dev.galley.auth.error.AuthException when it cannot be asked for now */
    Question ask(Connection connection, Holder holder, Factor factor, UUID challenge, JsonBody body)
            throws SQLException;

    /** What an answer is worth. */
    enum Verdict {
        SHOWN,
        WRONG,
        /** Right, and yet another authenticator with the same key has answered before. */
        CLONED;

        static Verdict of(boolean shown) {
            return shown ? SHOWN : WRONG;
        }
    }

    /**
     * Whether the answer shows the factor. May note what makes the answer useless for another time.
     *
     * @throws dev.galley.auth.error.AuthException when the answer is none of this kind
     */
    Verdict shown(Connection connection, Holder holder, Factor factor, Challenge challenge, JsonBody body)
            throws SQLException;

    /** What the client is told when the answer is wrong. */
    String failure();

    static Proof of(Map<Factor.Kind, Proof> proofs, Factor.Kind kind) {
        return Optional.ofNullable(proofs.get(kind)).orElseThrow();
    }
}
