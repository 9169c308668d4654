package dev.galley.saml;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The question (AuthnRequest) in the address of a redirect, with the signature of the HTTP-Redirect binding (SAML Bindings 3.4.4). */
final class AuthnRequest {
    private static final String ALGORITHM = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

    private final ServiceProvider self;

    AuthnRequest(ServiceProvider self) {
        this.self = self;
    }

    URI address(IdentityProvider provider, String id, String relayState, Optional<String> format, Instant now) {
        String query = "SAMLRequest=" + encode(deflated(xml(provider, id, format, now)))
                + "&RelayState=" + encode(relayState)
                + "&SigAlg=" + encode(ALGORITHM);
        String signed = query + "&Signature=" + encode(signature(query));
        String address = provider.signOn().toString();
        return URI.create(address + (provider.signOn().getRawQuery() == null ? "?" : "&") + signed);
    }

    private String xml(IdentityProvider provider, String id, Optional<String> format, Instant now) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            xml.writeStartElement("samlp", "AuthnRequest", Names.PROTOCOL);
            xml.writeNamespace("samlp", Names.PROTOCOL);
            xml.writeNamespace("saml", Names.ASSERTION);
            xml.writeAttribute("ID", id);
            xml.writeAttribute("Version", Names.VERSION);
            xml.writeAttribute(
                    "IssueInstant", now.truncatedTo(ChronoUnit.SECONDS).toString());
            xml.writeAttribute("Destination", provider.signOn().toString());
            xml.writeAttribute("ProtocolBinding", Names.POST);
            xml.writeAttribute("AssertionConsumerServiceURL", self.consumer());
            xml.writeStartElement("saml", "Issuer", Names.ASSERTION);
            xml.writeCharacters(self.entityId());
            xml.writeEndElement();
            xml.writeEmptyElement("samlp", "NameIDPolicy", Names.PROTOCOL);
            xml.writeAttribute("AllowCreate", "true");
            if (format.isPresent()) {
                xml.writeAttribute("Format", format.get());
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("text can always be written", e);
        }
        return text.toString();
    }

    private static String deflated(String xml) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater raw = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, raw)) {
            out.write(xml.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("memory can always be written", e);
        } finally {
            raw.end();
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private String signature(String query) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(self.credentials().getFirst().key());
            signature.update(query.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has RSA signatures", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
