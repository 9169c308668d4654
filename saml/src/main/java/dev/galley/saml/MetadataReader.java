package dev.galley.saml;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Reads the metadata of an identity provider (SAML Metadata 2.0); of a federation's list only one with a single provider. */
public final class MetadataReader {
    private static final int MIN_RSA_BITS = 2048;
    private static final int MIN_EC_BITS = 256;
    private static final int MAX_CERTIFICATES = 16;
    private static final int MAX_ENTITY_ID = 1024;
    private static final Duration LONGEST = Duration.ofDays(365);

    private MetadataReader() {}

    /** @throws SamlException saying what is wrong with them */
    public static IdentityProvider read(byte[] xml) throws SamlException {
        Document document = Xml.parse(xml, "the metadata");
        Element entity = entity(document.getDocumentElement());
        String entityId = Xml.attribute(entity, "entityID").orElse("").strip();
        if (entityId.isEmpty() || entityId.length() > MAX_ENTITY_ID) {
            throw new SamlException("the metadata have no entityID of at most " + MAX_ENTITY_ID + " characters");
        }
        List<Element> roles = Xml.children(entity, Names.METADATA, "IDPSSODescriptor");
        if (roles.size() != 1) {
            throw new SamlException("the metadata must have exactly one IDPSSODescriptor");
        }
        Element role = roles.getFirst();
        return new IdentityProvider(
                entityId,
                signOn(role),
                certificates(role),
                Xml.time(role, "validUntil").or(() -> lenientTime(entity)),
                duration(role).or(() -> duration(entity)));
    }

    private static Element entity(Element root) throws SamlException {
        if (Xml.is(root, Names.METADATA, "EntityDescriptor")) {
            return root;
        }
        if (!Xml.is(root, Names.METADATA, "EntitiesDescriptor")) {
            throw new SamlException("the metadata have no EntityDescriptor");
        }
        List<Element> providers = Xml.children(root, Names.METADATA, "EntityDescriptor").stream()
                .filter(entity -> !Xml.children(entity, Names.METADATA, "IDPSSODescriptor")
                        .isEmpty())
                .toList();
        if (providers.size() != 1) {
            throw new SamlException("the metadata must describe exactly one identity provider");
        }
        return providers.getFirst();
    }

    private static URI signOn(Element role) throws SamlException {
        for (Element service : Xml.children(role, Names.METADATA, "SingleSignOnService")) {
            if (service.getAttribute("Binding").equals(Names.REDIRECT)) {
                return address(service.getAttribute("Location"));
            }
        }
        throw new SamlException("the identity provider has no SingleSignOnService with the binding HTTP-Redirect");
    }

    private static URI address(String text) throws SamlException {
        try {
            URI url = URI.create(text.strip());
            boolean web = "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
            if (web && url.getHost() != null && url.getRawFragment() == null && url.getRawUserInfo() == null) {
                return url;
            }
        } catch (IllegalArgumentException noUrl) {
            // told below
        }
        throw new SamlException("the Location of the SingleSignOnService is no http or https URL");
    }

    private static List<X509Certificate> certificates(Element role) throws SamlException {
        List<X509Certificate> all = new ArrayList<>();
        for (Element key : Xml.children(role, Names.METADATA, "KeyDescriptor")) {
            if (!key.getAttribute("use").equals("encryption")) {
                collect(key, all);
            }
        }
        if (all.isEmpty() || all.size() > MAX_CERTIFICATES) {
            throw new SamlException("the metadata must have 1 to " + MAX_CERTIFICATES + " certificates for signing");
        }
        return List.copyOf(all);
    }

    private static void collect(Element key, List<X509Certificate> all) throws SamlException {
        Element info = Xml.required(key, Names.SIGNATURE, "KeyInfo");
        for (Element data : Xml.children(info, Names.SIGNATURE, "X509Data")) {
            for (Element certificate : Xml.children(data, Names.SIGNATURE, "X509Certificate")) {
                all.add(certificate(Xml.text(certificate)));
            }
        }
    }

    private static X509Certificate certificate(String base64) throws SamlException {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            if (!strong(certificate.getPublicKey())) {
                throw new SamlException("a certificate's key is neither RSA with " + MIN_RSA_BITS + " bits nor EC with "
                        + MIN_EC_BITS + " bits or more");
            }
            return certificate;
        } catch (CertificateException | IllegalArgumentException e) {
            throw new SamlException("a certificate of the metadata cannot be read", e);
        }
    }

    private static boolean strong(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= MIN_RSA_BITS;
            case ECPublicKey ec -> ec.getParams().getOrder().bitLength() >= MIN_EC_BITS;
            default -> false;
        };
    }

    private static Optional<java.time.Instant> lenientTime(Element entity) {
        try {
            return Xml.time(entity, "validUntil");
        } catch (SamlException unreadable) {
            return Optional.empty();
        }
    }

    /** Months and years, whose length depends on the month, are not taken: the setting's time goes then. */
    private static Optional<Duration> duration(Element element) {
        try {
            return Xml.attribute(element, "cacheDuration")
                    .map(Duration::parse)
                    .filter(Duration::isPositive)
                    .map(life -> life.compareTo(LONGEST) < 0 ? life : LONGEST);
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
