package dev.galley.auth.sso;

import dev.galley.auth.config.SamlSettings;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.factor.SecretBox;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.TokenSigner;
import dev.galley.postgres.Sql;
import dev.galley.saml.Credential;
import dev.galley.saml.SamlException;
import dev.galley.saml.ServiceProvider;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who we are to identity providers: {@code GET /sso/saml/metadata}, and the keys, which all nodes share. */
final class SelfDescription implements Endpoint {
    private static final String OWNER = "saml";
    private static final int BITS = 3072;
    private static final int YEARS = 5;

    private final Parts parts;
    private final SamlSettings settings;
    private final SecretBox secrets;
    private final SecureRandom random;
    private final Supplier<String> base;

    /** Made at the first use: reading the key loads the libraries. */
    private volatile @Nullable ServiceProvider known;

    SelfDescription(Parts parts, TokenSigner signer, Supplier<String> base, SecureRandom random) {
        this.parts = parts;
        this.settings = parts.settings().saml();
        this.secrets = new SecretBox(signer.derive("key of the SAML service provider"), random);
        this.random = random;
        this.base = base;
    }

    void requireEnabled() {
        if (!settings.enabled()) {
            throw AuthError.of(404, ErrorCode.SAML_PROVIDER_DISABLED, "SAML 2.0 is disabled")
                    .thrown();
        }
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        requireEnabled();
        boolean download = request.query("download").filter("true"::equals).isPresent();
        boolean changing = settings.nextKey().isPresent();
        byte[] xml = serviceProvider()
                .metadata(
                        download
                                ? Optional.of(parts.now()
                                        .atOffset(ZoneOffset.UTC)
                                        .plusYears(YEARS)
                                        .toInstant())
                                : Optional.empty(),
                        changing ? Optional.of(Duration.ofHours(1)) : Optional.empty());
        Reply reply = Reply.of(new Reply.Document("application/xml", new String(xml, StandardCharsets.UTF_8)))
                .with("Cache-Control", changing ? "public, max-age=60" : "public, max-age=600");
        return download ? reply.with("Content-Disposition", "attachment; filename=\"metadata.xml\"") : reply;
    }

    ServiceProvider serviceProvider() throws SQLException {
        ServiceProvider made = known;
        if (made == null) {
            made = make();
            known = made;
        }
        return made;
    }

    private ServiceProvider make() throws SQLException {
        String host = Optional.ofNullable(URI.create(base.get()).getHost()).orElse("localhost");
        List<Credential> credentials = new ArrayList<>();
        credentials.add(credential(
                "auth.saml.private-key",
                settings.privateKey().isPresent() ? settings.privateKey().get() : keptKey(),
                host));
        if (settings.nextKey().isPresent()) {
            credentials.add(
                    credential("auth.saml.private-key-next", settings.nextKey().get(), host));
        }
        return new ServiceProvider(
                base.get() + "/sso/saml/metadata",
                base.get() + "/sso/saml/acs",
                List.copyOf(credentials),
                settings.encryption(),
                settings.leeway(),
                settings.maxAge());
    }

    private static Credential credential(String setting, String key, String host) {
        try {
            return Credential.read(key, host);
        } catch (SamlException e) {
            throw new IllegalStateException(setting + ": " + e.getMessage(), e);
        }
    }

    /** Of several nodes that make one at the same time, the first one's stays. */
    private String keptKey() throws SQLException {
        Optional<String> kept = kept();
        if (kept.isEmpty()) {
            String closed = secrets.seal(newKey(), OWNER);
            parts.transaction(connection -> Sql.of(
                            "insert into galley.saml_key (sealed) values (?) on conflict do nothing", closed)
                    .update(connection));
            kept = kept();
        }
        return kept.flatMap(text -> secrets.open(text, OWNER))
                .orElseThrow(() -> new IllegalStateException(
                        "the key in galley.saml_key was made with another secret: set auth.saml.private-key, or delete"
                                + " it and give the new metadata to the identity providers"));
    }

    private Optional<String> kept() throws SQLException {
        return parts.transaction(
                connection -> Sql.of("select sealed from galley.saml_key").one(connection, row -> row.getString(1)));
    }

    private String newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS, random);
            return Base64.getEncoder()
                    .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }
}
