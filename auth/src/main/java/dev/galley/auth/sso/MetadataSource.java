package dev.galley.auth.sso;

import dev.galley.auth.config.SamlSettings;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.auth.oauth.Outgoing;
import dev.galley.auth.oauth.ProviderFailure;
import dev.galley.postgres.Sql;
import dev.galley.saml.IdentityProvider;
import dev.galley.saml.MetadataReader;
import dev.galley.saml.SamlException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Metadata of identity providers: fetched, read, and fetched again when they are old. */
final class MetadataSource {
    private static final System.Logger LOG = System.getLogger(MetadataSource.class.getName());
    private static final String TYPE = "application/samlmetadata+xml, application/xml, text/xml";

    /** An address that does not answer is not asked at every sign-in. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Parts parts;
    private final SamlSettings settings;
    private final Outgoing outgoing;
    private final Map<UUID, Instant> tried = new ConcurrentHashMap<>();

    /** @param xml as it is kept */
    record Read(String xml, IdentityProvider provider) {}

    MetadataSource(Parts parts, Outgoing outgoing) {
        this.parts = parts;
        this.settings = parts.settings().saml();
        this.outgoing = outgoing;
    }

    /** @throws AuthException when it cannot be had or is not what it must be */
    Read fetch(String url) {
        if (!url.startsWith("https:") && !settings.privateNetworks()) {
            throw AuthError.invalid("metadata_url is not a HTTPS URL").thrown();
        }
        try {
            return read(outgoing.document(
                    url,
                    TYPE,
                    settings.maxMetadata(),
                    settings.privateNetworks() ? Outgoing.Reach.CONFIGURED : Outgoing.Reach.PUBLIC));
        } catch (ProviderFailure failure) {
            throw AuthError.of(
                            400,
                            ErrorCode.SAML_METADATA_FETCH_FAILED,
                            "SAML Metadata cannot be fetched: " + failure.getMessage())
                    .thrown();
        }
    }

    /** @throws AuthException when they are not what they must be */
    Read read(byte[] xml) {
        if (xml.length > settings.maxMetadata()) {
            throw AuthError.invalid("SAML Metadata are longer than " + settings.maxMetadata() + " bytes")
                    .thrown();
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(xml))
                    .toString();
            IdentityProvider provider = MetadataReader.read(xml);
            if (provider.validUntil().filter(end -> !parts.now().isBefore(end)).isPresent()) {
                throw AuthError.invalid("SAML Metadata have expired").thrown();
            }
            return new Read(text, provider);
        } catch (SamlException e) {
            throw AuthError.invalid("SAML Metadata cannot be used: " + e.getMessage())
                    .thrown();
        } catch (CharacterCodingException e) {
            throw AuthError.invalid("SAML Metadata XML contains invalid UTF-8 characters")
                    .thrown();
        }
    }

    /** The provider as its metadata describe it now. When its address does not answer, those that are known go on. */
    IdentityProvider current(ProviderRow row) throws SQLException {
        IdentityProvider known = stored(row);
        Instant now = parts.now();
        if (row.metadataUrl().isEmpty()
                || !known.stale(row.metadataTime(), settings.refresh(), now)
                || !mayTry(row.id(), now)) {
            return known;
        }
        try {
            Read fresh = fetch(row.metadataUrl().get());
            if (!fresh.provider().entityId().equals(row.entityId())) {
                throw AuthError.invalid("they describe another provider").thrown();
            }
            keep(row, fresh, now);
            return fresh.provider();
        } catch (AuthException failure) {
            LOG.log(
                    Level.WARNING,
                    "metadata of SSO provider {0}: {1}; the old ones are used",
                    row.id(),
                    failure.getMessage());
            return known;
        }
    }

    private static IdentityProvider stored(ProviderRow row) {
        try {
            return MetadataReader.read(row.metadata());
        } catch (SamlException e) {
            throw new IllegalStateException("metadata of SSO provider " + row.id() + ": " + e.getMessage(), e);
        }
    }

    private boolean mayTry(UUID provider, Instant now) {
        Instant last = tried.put(provider, now);
        if (last != null && now.isBefore(last.plus(PAUSE))) {
            tried.put(provider, last);
            return false;
        }
        return true;
    }

    private void keep(ProviderRow row, Read fresh, Instant now) throws SQLException {
        parts.transaction(connection -> Sql.of(
                        "update auth.saml_providers set metadata_xml = ?, updated_at = ? where sso_provider_id = ?"
                                + " and metadata_url = ?",
                        fresh.xml(),
                        now,
                        row.id(),
                        row.metadataUrl().orElseThrow())
                .update(connection));
    }
}
