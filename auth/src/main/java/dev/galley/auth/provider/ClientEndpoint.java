package dev.galley.auth.provider;

import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.flow.Parts;
import java.sql.SQLException;
import java.util.List;

/**
 * An address that applications post to themselves, without a browser: limited by address, and answered in the words of OAuth.
 *
 * @param known parameters that must not come twice
 */
record ClientEndpoint(Parts parts, List<String> known, Work work) implements Endpoint {

    @FunctionalInterface
    interface Work {
        /** @throws OAuthRefusal which is told to the client */
        Reply answer(AuthRequest request, Parameters parameters) throws SQLException;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        try {
            parts.limits()
                    .require(
                            "oauth-token",
                            request.clientAddress(),
                            parts.settings().oauthServer().requests());
            Parameters parameters = Parameters.body(request);
            parameters.fault(known).ifPresent(name -> {
                throw OAuthRefusal.invalidRequest(name + " must come once, without NUL characters");
            });
            return work.answer(request, parameters);
        } catch (OAuthRefusal refusal) {
            return ClientAuthentication.reply(refusal, request);
        } catch (AuthException refused) {
            return OAuthRefusal.reply(refused.error());
        }
    }
}
