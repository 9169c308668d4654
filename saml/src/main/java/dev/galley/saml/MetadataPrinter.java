package dev.galley.saml;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Our own metadata (SAML Metadata 2.0). */
final class MetadataPrinter {
    private static final List<String> FORMATS = List.of(NameId.EMAIL, NameId.PERSISTENT);

    private final ServiceProvider self;

    MetadataPrinter(ServiceProvider self) {
        this.self = self;
    }

    byte[] print(Optional<Instant> validUntil, Optional<Duration> cacheDuration) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(bytes, "UTF-8");
            xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
            start(xml, "EntityDescriptor");
            xml.writeNamespace("md", Names.METADATA);
            xml.writeNamespace("ds", Names.SIGNATURE);
            xml.writeAttribute("entityID", self.entityId());
            if (validUntil.isPresent()) {
                xml.writeAttribute(
                        "validUntil",
                        validUntil.get().truncatedTo(ChronoUnit.SECONDS).toString());
            }
            if (cacheDuration.isPresent()) {
                xml.writeAttribute("cacheDuration", cacheDuration.get().toString());
            }
            start(xml, "SPSSODescriptor");
            xml.writeAttribute("protocolSupportEnumeration", Names.PROTOCOL);
            xml.writeAttribute("AuthnRequestsSigned", "true");
            xml.writeAttribute("WantAssertionsSigned", "true");
            for (Credential credential : self.credentials()) {
                key(xml, "signing", credential.certificate());
                if (self.encryption()) {
                    key(xml, "encryption", credential.certificate());
                }
            }
            for (String format : FORMATS) {
                start(xml, "NameIDFormat");
                xml.writeCharacters(format);
                xml.writeEndElement();
            }
            xml.writeEmptyElement("md", "AssertionConsumerService", Names.METADATA);
            xml.writeAttribute("Binding", Names.POST);
            xml.writeAttribute("Location", self.consumer());
            xml.writeAttribute("index", "1");
            xml.writeAttribute("isDefault", "true");
            xml.writeEndElement();
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException | CertificateEncodingException e) {
            throw new IllegalStateException("text can always be written", e);
        }
        return bytes.toByteArray();
    }

    private static void start(XMLStreamWriter xml, String name) throws XMLStreamException {
        xml.writeStartElement("md", name, Names.METADATA);
    }

    private static void key(XMLStreamWriter xml, String use, X509Certificate certificate)
            throws XMLStreamException, CertificateEncodingException {
        start(xml, "KeyDescriptor");
        xml.writeAttribute("use", use);
        xml.writeStartElement("ds", "KeyInfo", Names.SIGNATURE);
        xml.writeStartElement("ds", "X509Data", Names.SIGNATURE);
        xml.writeStartElement("ds", "X509Certificate", Names.SIGNATURE);
        xml.writeCharacters(Base64.getEncoder().encodeToString(certificate.getEncoded()));
        for (int i = 0; i < 4; i++) {
            xml.writeEndElement();
        }
    }
}
