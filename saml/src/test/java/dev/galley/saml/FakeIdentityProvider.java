package dev.galley.saml;

import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.xml.security.Init;
import org.apache.xml.security.c14n.Canonicalizer;
import org.apache.xml.security.encryption.EncryptedData;
import org.apache.xml.security.encryption.EncryptedKey;
import org.apache.xml.security.encryption.XMLCipher;
import org.apache.xml.security.keys.KeyInfo;
import org.apache.xml.security.signature.XMLSignature;
import org.apache.xml.security.transforms.Transforms;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** An identity provider that says and signs whatever a test wants. */
public final class FakeIdentityProvider {
    public static final String ENTITY = "https://idp.example.com/metadata";
    public static final String SIGN_ON = "https://idp.example.com/sso";
    private static final String RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    private static final String SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256";

    private final KeyPair keys = keys(2048);
    private final String entity;

    static {
        Init.init();
    }

    public FakeIdentityProvider() {
        this(ENTITY);
    }

    public FakeIdentityProvider(String entity) {
        this.entity = entity;
    }

    static KeyPair keys(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public static String privateKey() {
        return Base64.getEncoder().encodeToString(keys(2048).getPrivate().getEncoded());
    }

    PrivateKey privateKeyOf() {
        return keys.getPrivate();
    }

    public X509Certificate certificate() {
        return certificate(keys);
    }

    static X509Certificate certificate(KeyPair keys) {
        try {
            return Credential.read(
                            Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded()), "idp")
                    .certificate();
        } catch (SamlException e) {
            throw new AssertionError(e);
        }
    }

    public String metadata() {
        return metadata(certificate());
    }

    public String metadata(X509Certificate... certificates) {
        StringBuilder keys = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            keys.append("<md:KeyDescriptor use=\"signing\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>")
                    .append(base64(certificate))
                    .append("</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>");
        }
        return """
            <md:EntityDescriptor xmlns:md="%s" xmlns:ds="%s" entityID="%s"><md:IDPSSODescriptor
              protocolSupportEnumeration="%s">%s<md:SingleSignOnService Binding="%s" Location="%s"/></md:IDPSSODescriptor>
            </md:EntityDescriptor>\
            """.formatted(Names.METADATA, Names.SIGNATURE, entity, Names.PROTOCOL, keys, Names.REDIRECT, SIGN_ON);
    }

    private static String base64(X509Certificate certificate) {
        try {
            return Base64.getMimeEncoder().encodeToString(certificate.getEncoded());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** An answer that is right; what a test changes makes it wrong. */
    public Answer answer(String audience, String recipient, String question, Instant now) {
        return new Answer(audience, recipient, question, now);
    }

    /** How an answer is put together. */
    public final class Answer {
        private final Map<String, String> values = new HashMap<>();
        private boolean signAssertion = true;
        private boolean signResponse;
        private X509Certificate encryptFor;
        private String cipher = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
        private String transport = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
        private String method = RSA_SHA256;
        private String digest = SHA256;
        private java.security.Key key = keys.getPrivate();
        private UnaryOperator<String> before = xml -> xml;

        private Answer(String audience, String recipient, String question, Instant now) {
            String end = now.plus(Duration.ofMinutes(5)).toString();
            values.put("response", "_" + UUID.randomUUID());
            values.put("assertion", "_" + UUID.randomUUID());
            values.put("issuer", entity);
            values.put("responseIssuer", entity);
            values.put("issued", now.toString());
            values.put("audience", audience);
            values.put("recipient", recipient);
            values.put("destination", recipient);
            values.put("question", question.isEmpty() ? "" : "InResponseTo=\"" + question + "\"");
            values.put("responseQuestion", question.isEmpty() ? "" : "InResponseTo=\"" + question + "\"");
            values.put("notBefore", now.minusSeconds(5).toString());
            values.put("notAfter", end);
            values.put("confirmedUntil", "NotOnOrAfter=\"" + end + "\"");
            values.put("name", "u-1");
            values.put("format", NameId.PERSISTENT);
            values.put("attributes", attribute("email", "ann@corp.example"));
            values.put("status", Names.SUCCESS);
            values.put("method", Names.BEARER);
            values.put("extra", "");
            values.put("session", "");
        }

        public Answer with(String name, String value) {
            if (!values.containsKey(name)) {
                throw new AssertionError(name);
            }
            values.put(name, value);
            return this;
        }

        public Answer signed(boolean assertion, boolean response) {
            signAssertion = assertion;
            signResponse = response;
            return this;
        }

        Answer algorithms(String signatureMethod, String digestMethod) {
            method = signatureMethod;
            digest = digestMethod;
            return this;
        }

        public Answer by(java.security.Key other) {
            key = other;
            return this;
        }

        public Answer encrypted(X509Certificate recipient) {
            encryptFor = recipient;
            return this;
        }

        Answer encryptedWith(String contentCipher, String keyTransport) {
            cipher = contentCipher;
            transport = keyTransport;
            return this;
        }

        Answer changedBeforeSigning(UnaryOperator<String> change) {
            before = change;
            return this;
        }

        String id(String which) {
            return values.get(which);
        }

        public String xml() {
            try {
                Document document = parse(before.apply(fill(TEMPLATE)));
                if (signAssertion) {
                    sign((Element) document.getElementsByTagNameNS(Names.ASSERTION, "Assertion")
                            .item(0));
                }
                if (encryptFor != null) {
                    encrypt(document);
                }
                if (signResponse) {
                    sign(document.getDocumentElement());
                }
                return text(document);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        public byte[] bytes() {
            return xml().getBytes(StandardCharsets.UTF_8);
        }

        public String base64() {
            return Base64.getEncoder().encodeToString(bytes());
        }

        private String fill(String template) {
            String text = template;
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace("{" + value.getKey() + "}", value.getValue());
            }
            return text;
        }

        private void sign(Element element) throws Exception {
            Document document = element.getOwnerDocument();
            element.setIdAttribute("ID", true);
            XMLSignature signature =
                    new XMLSignature(document, "", method, Canonicalizer.ALGO_ID_C14N_EXCL_OMIT_COMMENTS);
            Element issuer = (Element)
                    element.getElementsByTagNameNS(Names.ASSERTION, "Issuer").item(0);
            element.insertBefore(
                    signature.getElement(), issuer.getParentNode() == element ? issuer.getNextSibling() : null);
            Transforms transforms = new Transforms(document);
            transforms.addTransform(Transforms.TRANSFORM_ENVELOPED_SIGNATURE);
            transforms.addTransform(Transforms.TRANSFORM_C14N_EXCL_OMIT_COMMENTS);
            signature.addDocument("#" + element.getAttribute("ID"), transforms, digest);
            signature.sign(key);
        }

        private void encrypt(Document document) throws Exception {
            Element assertion = (Element) document.getElementsByTagNameNS(Names.ASSERTION, "Assertion")
                    .item(0);
            Element wrapper = document.createElementNS(Names.ASSERTION, "saml:EncryptedAssertion");
            assertion.getParentNode().replaceChild(wrapper, assertion);
            wrapper.appendChild(assertion);
            javax.crypto.KeyGenerator generator = javax.crypto.KeyGenerator.getInstance("AES");
            generator.init(256);
            javax.crypto.SecretKey content = generator.generateKey();
            XMLCipher wrapping = XMLCipher.getInstance(transport);
            wrapping.init(XMLCipher.WRAP_MODE, encryptFor.getPublicKey());
            EncryptedKey wrapped = wrapping.encryptKey(document, content);
            XMLCipher encrypting = XMLCipher.getInstance(cipher);
            encrypting.init(XMLCipher.ENCRYPT_MODE, content);
            EncryptedData data = encrypting.getEncryptedData();
            KeyInfo info = new KeyInfo(document);
            info.add(wrapped);
            data.setKeyInfo(info);
            encrypting.doFinal(document, assertion, false);
        }
    }

    public static String attribute(String name, String... values) {
        StringBuilder all = new StringBuilder();
        for (String value : values) {
            all.append("<saml:AttributeValue>").append(value).append("</saml:AttributeValue>");
        }
        return "<saml:Attribute Name=\"" + name + "\">" + all + "</saml:Attribute>";
    }

    private static final String TEMPLATE = """
        <samlp:Response xmlns:samlp="%s" xmlns:saml="%s" ID="{response}" Version="2.0" IssueInstant="{issued}" \
        Destination="{destination}" {responseQuestion}><saml:Issuer>{responseIssuer}</saml:Issuer><samlp:Status><samlp:StatusCode \
        Value="{status}"/></samlp:Status><saml:Assertion ID="{assertion}" Version="2.0" IssueInstant="{issued}"><saml:Issuer>\
        {issuer}</saml:Issuer><saml:Subject><saml:NameID Format="{format}">{name}</saml:NameID><saml:SubjectConfirmation \
        Method="{method}"><saml:SubjectConfirmationData Recipient="{recipient}" {confirmedUntil} {question}/>\
        </saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{notBefore}" NotOnOrAfter="{notAfter}">\
        <saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>{extra}</saml:Conditions>\
        <saml:AuthnStatement AuthnInstant="{issued}" {session}/><saml:AttributeStatement>{attributes}</saml:AttributeStatement>\
        </saml:Assertion></samlp:Response>\
        """.formatted(Names.PROTOCOL, Names.ASSERTION);

    static Document parse(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    static String text(Document document) throws Exception {
        Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
        transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        StringWriter text = new StringWriter();
        transformer.transform(new DOMSource(document), new StreamResult(text));
        return text.toString();
    }
}
