package dev.galley.auth.token;

import dev.galley.auth.account.Again;
import dev.galley.auth.account.Delegation;
import dev.galley.auth.account.Session;
import dev.galley.auth.account.Sessions;
import dev.galley.auth.account.User;
import dev.galley.auth.account.Users;
import dev.galley.identity.StrictJson;
import dev.galley.identity.TokenSigner;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Begins sessions and makes their tokens. */
public final class SignIns {
    /** How users of an organisation's identity provider have shown who they are. */
    public static final String SSO = "sso/saml";

    private static final int KEY_BYTES = 32;
    private static final String DELEGATED = "oauth_provider/authorization_code";

    private final SessionSettings settings;
    private final TokenSigner signer;
    private final byte[] refreshSecret;
    private final ClaimsHook hook;
    private final Supplier<String> issuer;
    private final Clock clock;
    private final SecureRandom random;

    /**
     * Who asks: kept with the session, for its user to see.
     *
     * @param address of the client, as an IP address
     */
    public record Client(String userAgent, String address) {}

    /** @param issuer the claim {@code iss} */
    public SignIns(
            SessionSettings settings,
            TokenSigner signer,
            ClaimsHook hook,
            Supplier<String> issuer,
            Clock clock,
            SecureRandom random) {
        this.settings = settings;
        this.signer = signer;
        this.refreshSecret = signer.derive("refresh tokens");
        this.hook = hook;
        this.issuer = issuer;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Begins a session.
     *
     * @param method how the user showed who they are, as in the claim {@code amr}
     */
    public Tokens begin(Connection connection, UUID userId, String method, Client client) throws SQLException {
        return begin(connection, userId, method, client, settings.end(now()));
    }

    /**
     * Begins a session that ends at the latest when whoever vouches for the user says.
     *
     * @param latest nothing when they do not say
     */
    public Tokens beginUntil(Connection connection, UUID userId, String method, Client client, Optional<Instant> latest)
            throws SQLException {
        Optional<Instant> own = settings.end(now());
        return begin(
                connection,
                userId,
                method,
                client,
                Stream.concat(own.stream(), latest.stream()).min(Comparator.naturalOrder()));
    }

    private Tokens begin(Connection connection, UUID userId, String method, Client client, Optional<Instant> end)
            throws SQLException {
        Instant now = now();
        Session session = session(connection, userId, method, client, Optional.empty(), end);
        if (settings.singlePerUser()) {
            Sessions.endOtherSignIns(connection, userId, session.id());
        }
        Users.update(connection, userId, now, "last_sign_in_at = ?", now);
        return tokens(connection, Users.byId(connection, userId).orElseThrow(), session, method);
    }

    /** Begins a session in which another application acts for the user; the user's own are not concerned. */
    public Tokens begin(Connection connection, UUID userId, Delegation delegation, Client client) throws SQLException {
        Session session = session(connection, userId, DELEGATED, client, Optional.of(delegation), settings.end(now()));
        return tokens(connection, Users.byId(connection, userId).orElseThrow(), session, DELEGATED);
    }

    private Session session(
            Connection connection,
            UUID userId,
            String method,
            Client client,
            Optional<Delegation> delegation,
            Optional<Instant> end)
            throws SQLException {
        Instant now = now();
        Session session = new Session(
                Again.draw(UUID.class, "session", UUID::randomUUID),
                userId,
                now,
                Optional.empty(),
                end,
                "aal1",
                Optional.empty(),
                delegation,
                Optional.of(newKey()),
                0);
        Sessions.insert(connection, session, now, client.userAgent(), client.address());
        Sessions.addMethod(connection, session.id(), method, now);
        return session;
    }

    /** New tokens of a session as it is now. */
    public Tokens tokens(Connection connection, User user, Session session, String method) throws SQLException {
        Instant now = now();
        long expiresIn = settings.jwtExpiry().toSeconds();
        long expiresAt = now.getEpochSecond() + expiresIn;
        ObjectNode claims = StrictJson.newObject();
        claims.put("iss", issuer.get());
        claims.put("sub", user.id().toString());
        audience(claims, user, session);
        claims.put("exp", expiresAt);
        claims.put("iat", now.getEpochSecond());
        claims.put("email", user.email().orElse(""));
        claims.put("phone", user.phone().orElse(""));
        claims.set("app_metadata", user.appMetadata());
        claims.set("user_metadata", user.userMetadata());
        claims.put("role", user.role());
        claims.put("aal", session.aal());
        claims.set("amr", methods(connection, user, session));
        claims.put("session_id", session.id().toString());
        claims.put("is_anonymous", user.anonymous());
        session.oauthClient().ifPresent(id -> claims.put("client_id", id.toString()));
        session.scopes().filter(scope -> !scope.isEmpty()).ifPresent(scope -> claims.put("scope", scope));
        ObjectNode changed = hook.apply(connection, user, claims, method);
        // Policies tell a client from the user by it, so no hook may lose it.
        session.oauthClient().ifPresent(id -> changed.put("client_id", id.toString()));
        String accessToken = signer.sign(changed);
        return new Tokens(
                accessToken,
                expiresIn,
                expiresAt,
                RefreshToken.encode(session.id(), session.counter(), refreshKey(session)),
                session.id(),
                session.counter(),
                user);
    }

    /** The user's audience, for this program, and the resource that the client named, which tells by it that the token is for it. */
    private static void audience(ObjectNode claims, User user, Session session) {
        Optional<String> resource = session.delegation().flatMap(Delegation::resource);
        if (resource.isPresent()) {
            claims.putArray("aud").add(user.audience()).add(resource.get());
        } else {
            claims.put("aud", user.audience());
        }
    }

    /** Whether it is a token of this session, not when. */
    public boolean issued(Session session, RefreshToken token) {
        return session.hmacKey().isPresent() && token.signedWith(refreshKey(session));
    }

    /** Of an organisation's users it says whose they are. */
    private static ArrayNode methods(Connection connection, User user, Session session) throws SQLException {
        ArrayNode methods = Sessions.methods(connection, session.id());
        for (JsonNode each : methods) {
            if (each instanceof ObjectNode entry
                    && entry.path("method").asString("").equals(SSO)) {
                user.ssoProvider().ifPresent(provider -> entry.put("provider", provider));
            }
        }
        return methods;
    }

    /** The key that the session's refresh tokens are signed with: nobody can make one from the database alone. */
    private byte[] refreshKey(Session session) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(refreshSecret, "HmacSHA256"));
            return mac.doFinal(Base64.getDecoder().decode(session.hmacKey().orElseThrow()));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    /** What the key of a session's refresh tokens is made of. */
    String newKey() {
        byte[] material = new byte[KEY_BYTES];
        random.nextBytes(material);
        return Base64.getEncoder().encodeToString(material);
    }

    Instant now() {
        return Again.now(clock);
    }

    SessionSettings settings() {
        return settings;
    }
}
