package dev.galley.auth.web3;

import dev.galley.auth.account.UsedOnce;
import dev.galley.auth.config.Web3Settings;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.JsonBody;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.flow.Vouched;
import dev.galley.identity.StrictJson;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /token?grant_type=web3}: the holder of a wallet has signed a message that says where they sign in, and when. It must be
 * for this site, for now, and has not signed anybody in before.
 */
public final class Web3Grant implements Endpoint {
    private static final String PROVIDER = "web3";
    private static final int SHORTEST = 64;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Parts parts;
    private final Web3Settings settings;

    public Web3Grant(Parts parts) {
        this.parts = parts;
        this.settings = parts.settings().web3();
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        if (!settings.solana() && !settings.ethereum()) {
            throw disabled("Web3 provider is disabled");
        }
        parts.limits()
                .require(
                        "web3",
                        request.clientAddress(),
                        parts.settings().rates().web3());
        JsonBody body = request.json();
        Chain chain = chain(body.text("chain").orElse(""));
        String text = body.text("message").orElse("");
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length < SHORTEST) {
            throw AuthError.invalid("message is too short").thrown();
        }
        if (length > settings.maxMessage()) {
            throw AuthError.invalid("message must not exceed " + settings.maxMessage() + " bytes")
                    .thrown();
        }
        byte[] signature = chain.signature(body.text("signature").orElse(""));
        SignInMessage message = SignInMessage.of(text, chain);
        requireHere(message, chain);
        requireNow(message, chain);
        if (!chain.signed(text, message.address(), signature)) {
            throw refused("Signature does not match address in message");
        }
        return Reply.ok(parts.creation(connection -> signedIn(connection, request, chain, text, message)));
    }

    private Chain chain(String name) {
        return switch (name) {
            case "solana" -> {
                if (!settings.solana()) {
                    throw disabled("Solana Web3 provider is disabled");
                }
                yield new Solana();
            }
            case "ethereum" -> {
                if (!settings.ethereum()) {
                    throw disabled("Ethereum Web3 provider is disabled");
                }
                yield new Ethereum();
            }
            default ->
                throw AuthError.of(400, ErrorCode.WEB3_UNSUPPORTED_CHAIN, "Unsupported chain")
                        .thrown();
        };
    }

    /** Signed for this site: another one that the holder signs in to must not be able to sign in here with it. */
    private void requireHere(SignInMessage message, Chain chain) {
        URI uri = message.uri();
        String what = "Signed " + chain.title() + " message is using ";
        boolean here = LOOPBACK.contains(uri.getHost());
        if (!"https".equalsIgnoreCase(uri.getScheme()) && !here) {
            throw refused(what + "URI which does not use HTTPS");
        }
        if (!parts.redirects().allows(uri.toString())) {
            throw refused(what + "URI which is not allowed on this server, message was signed for another app");
        }
        if (!message.domain().equalsIgnoreCase(uri.getRawAuthority())) {
            throw refused(what + "a Domain that does not match the one in URI");
        }
    }

    private void requireNow(SignInMessage message, Chain chain) {
        Instant now = parts.now();
        String what = "Signed " + chain.title() + " message ";
        if (message.notBefore().filter(now::isBefore).isPresent()) {
            throw refused(what + "becomes valid in the future");
        }
        if (message.expiration().filter(end -> !now.isBefore(end)).isPresent()) {
            throw refused(what + "is expired");
        }
        if (message.issuedAt().isBefore(now.minus(settings.validity()))) {
            throw refused(what + "was issued too long ago");
        }
        if (message.issuedAt().isAfter(now.plus(settings.validity()))) {
            throw refused(what + "was issued too far in the future");
        }
    }

    private ObjectNode signedIn(
            Connection connection, AuthRequest request, Chain chain, String text, SignInMessage message)
            throws SQLException {
        // A second signature of the same message is as much a replay as the same one.
        Instant until = message.issuedAt().plus(settings.validity());
        if (!UsedOnce.first(connection, PROVIDER, message.address() + "\n" + text, until)) {
            throw refused("Signed " + chain.title() + " message has been used already");
        }
        String subject = PROVIDER + ":" + chain.name() + ":" + message.address();
        ObjectNode custom = StrictJson.newObject()
                .put("address", message.address())
                .put("chain", chain.name())
                .put("network", message.network())
                .put("domain", message.domain())
                .put("statement", message.statement());
        ObjectNode data = StrictJson.newObject();
        data.set("custom_claims", custom);
        data.put("email_verified", false).put("phone_verified", false).put("sub", subject);
        UUID user = new Vouched(PROVIDER, subject, Optional.empty(), data)
                .signIn(
                        connection,
                        parts,
                        request,
                        StrictJson.newObject()
                                .put("chain", chain.name())
                                .put("address", message.address())
                                .put("domain", message.domain()));
        return parts.signIns()
                .begin(connection, user, PROVIDER, Parts.client(request))
                .json();
    }

    private static AuthException disabled(String message) {
        return AuthError.of(422, ErrorCode.WEB3_PROVIDER_DISABLED, message).thrown();
    }

    private static AuthException refused(String message) {
        return AuthError.of(400, ErrorCode.INVALID_CREDENTIALS, message).thrown();
    }
}
