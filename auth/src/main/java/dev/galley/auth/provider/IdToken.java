package dev.galley.auth.provider;

import dev.galley.auth.account.User;
import dev.galley.identity.StrictJson;
import dev.galley.identity.TokenSigner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** Makes ID tokens: what tells a client, once and signed, who has signed in. */
final class IdToken {
    private static final Duration LIFE = Duration.ofHours(1);

    private final TokenSigner signer;
    private final Supplier<String> issuer;
    private final Clock clock;

    IdToken(TokenSigner signer, Supplier<String> issuer, Clock clock) {
        this.signer = signer;
        this.issuer = issuer;
        this.clock = clock;
    }

    /**
     * @param authenticatedAt when the user had signed in
     * @param nonce of the request; none at a refresh (OpenID Connect Core 1.0, 12.2)
     */
    String of(User user, Client client, Scopes scopes, Optional<Instant> authenticatedAt, Optional<String> nonce) {
        long now = clock.instant().getEpochSecond();
        ObjectNode claims = StrictJson.newObject();
        claims.put("iss", issuer.get());
        claims.put("sub", user.id().toString());
        claims.put("aud", client.id().toString());
        claims.put("iat", now);
        claims.put("exp", now + LIFE.toSeconds());
        claims.put("client_id", client.id().toString());
        authenticatedAt.ifPresent(time -> claims.put("auth_time", time.getEpochSecond()));
        nonce.ifPresent(text -> claims.put("nonce", text));
        UserClaims.add(claims, user, scopes);
        return signer.signIdToken(claims);
    }
}
