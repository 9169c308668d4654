package dev.galley.saml;

import static dev.galley.saml.JudgeTest.IDP;
import static dev.galley.saml.JudgeTest.answer;
import static dev.galley.saml.JudgeTest.judged;
import static dev.galley.saml.JudgeTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Forged answers, each made as an attacker would who has a good one of their own. */
class AttackTest {
    private static final String RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    private static final String SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256";

    private static final String XPATH = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\">"
            + "<ds:XPath>false()</ds:XPath></ds:Transform>";

    private interface Change {
        void to(Document document, Element response, Element assertion);
    }

    private static String changed(FakeIdentityProvider.Answer answer, Change change) {
        try {
            Document document = FakeIdentityProvider.parse(answer.xml());
            change.to(document, document.getDocumentElement(), (Element)
                    document.getElementsByTagNameNS(Names.ASSERTION, "Assertion")
                            .item(0));
            return FakeIdentityProvider.text(document);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A copy with another name and, unless it is to keep it, another ID. */
    private static Element evil(Element assertion, boolean sameId, boolean withSignature) {
        Element evil = (Element) assertion.cloneNode(true);
        if (!sameId) {
            evil.setAttribute("ID", "_evil");
        }
        evil.getElementsByTagNameNS(Names.ASSERTION, "NameID").item(0).setTextContent("admin");
        if (!withSignature) {
            evil.removeChild(signature(evil));
        }
        return evil;
    }

    private static Element signature(Element element) {
        return (Element)
                element.getElementsByTagNameNS(Names.SIGNATURE, "Signature").item(0);
    }

    @Test
    void changedContentIsRefused() {
        refused("name", answer().xml().replace(">u-1<", ">admin<"), "not valid");
        refused("attribute", answer().xml().replace("ann@corp", "eve@corp"), "not valid");
        refused("of the whole", answer().signed(false, true).xml().replace(">u-1<", ">admin<"), "not valid");
    }

    @Test
    void noSignatureIsRefused() {
        refused("none at all", answer().signed(false, false), "neither the response nor the assertion is signed");
        refused(
                "taken away",
                changed(answer(), (_, _, assertion) -> assertion.removeChild(signature(assertion))),
                "neither the response nor the assertion is signed");
        refused(
                "moved to the response",
                changed(
                        answer(),
                        (_, response, assertion) ->
                                response.insertBefore(signature(assertion), response.getFirstChild())),
                "not of the element");
    }

    @Test
    void signatureWrappingIsRefused() {
        // XSW1 to XSW8 of Somorovsky and others, "On Breaking SAML" (2012), as far as they differ here.
        FakeIdentityProvider.Answer whole = answer().signed(false, true);
        refused(
                "XSW1: signed response inside the signature of an evil one",
                changed(whole, (_, response, assertion) -> {
                    Element signed = (Element) response.cloneNode(true);
                    signed.removeChild(signature(signed));
                    Element signature = signature(response);
                    signature.appendChild(signed);
                    response.setAttribute("ID", "_evil");
                    response.replaceChild(evil(assertion, false, true), assertion);
                }),
                "exactly one assertion");
        refused(
                "XSW2: signed response before the signature",
                changed(whole, (_, response, assertion) -> {
                    Element signed = (Element) response.cloneNode(true);
                    signed.removeChild(signature(signed));
                    response.insertBefore(signed, signature(response));
                    response.setAttribute("ID", "_evil");
                    response.replaceChild(evil(assertion, false, true), assertion);
                }),
                "exactly one assertion");
        refused(
                "XSW3: evil assertion before the signed one",
                changed(
                        answer(),
                        (_, response, assertion) -> response.insertBefore(evil(assertion, false, false), assertion)),
                "exactly one assertion");
        refused(
                "XSW4: signed assertion inside the evil one",
                changed(answer(), (_, response, assertion) -> {
                    Element evil = evil(assertion, false, false);
                    response.replaceChild(evil, assertion);
                    evil.appendChild(assertion);
                }),
                "exactly one assertion");
        refused(
                "XSW5: evil assertion has the signature, the signed one follows",
                changed(answer(), (_, response, assertion) -> {
                    Element evil = evil(assertion, false, true);
                    assertion.removeChild(signature(assertion));
                    response.insertBefore(evil, assertion);
                }),
                "exactly one assertion");
        refused(
                "XSW6: signed assertion inside the signature of the evil one",
                changed(answer(), (_, response, assertion) -> {
                    Element evil = evil(assertion, false, true);
                    Element original = (Element) assertion.cloneNode(true);
                    original.removeChild(signature(original));
                    signature(evil).appendChild(original);
                    response.replaceChild(evil, assertion);
                }),
                "exactly one assertion");
        refused(
                "XSW7: evil assertion in Extensions",
                changed(answer(), (document, response, assertion) -> {
                    Element extensions = document.createElementNS(Names.PROTOCOL, "samlp:Extensions");
                    extensions.appendChild(evil(assertion, true, false));
                    response.insertBefore(extensions, assertion);
                }),
                "exactly one assertion");
        refused(
                "XSW8: signed assertion in an Object of the evil one's signature",
                changed(answer(), (document, response, assertion) -> {
                    Element evil = evil(assertion, false, true);
                    Element object = document.createElementNS(Names.SIGNATURE, "ds:Object");
                    Element original = (Element) assertion.cloneNode(true);
                    original.removeChild(signature(original));
                    object.appendChild(original);
                    signature(evil).appendChild(object);
                    response.replaceChild(evil, assertion);
                }),
                "exactly one assertion");
        refused(
                "the assertion's namespace is another",
                changed(
                        answer(),
                        (document, response, assertion) -> document.renameNode(assertion, "urn:other", "x:Assertion")),
                "exactly one assertion");
        refused(
                "two elements with one ID",
                changed(
                        answer(),
                        (_, response, assertion) -> ((Element) response.getElementsByTagNameNS(Names.PROTOCOL, "Status")
                                        .item(0))
                                .setAttribute("Id", assertion.getAttribute("ID"))),
                "used twice");
    }

    @Test
    void aSignatureOfSomethingElseIsRefused() {
        refused(
                "the reference is empty: the whole document",
                answer().xml().replaceAll("<ds:Reference URI=\"[^\"]*\"", "<ds:Reference URI=\"\""),
                "not of the element");
        refused(
                "the reference leads out",
                answer().xml().replaceAll("<ds:Reference URI=\"[^\"]*\"", "<ds:Reference URI=\"file:///etc/passwd\""),
                "not of the element");
        refused(
                "an XSLT transform",
                answer().xml()
                        .replace(
                                "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
                                "http://www.w3.org/TR/1999/REC-xslt-19991116"),
                "transforms are not accepted");
        refused(
                "an XPath transform",
                answer().xml().replace("<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>", XPATH),
                "transforms are not accepted");
        refused(
                "a manifest beside",
                answer().xml().replace("</ds:SignedInfo>", "</ds:SignedInfo><ds:Object/>"),
                "Object");
    }

    @Test
    void weakAlgorithmsAreRefused() {
        refused(
                "RSA with SHA-1",
                answer().algorithms("http://www.w3.org/2000/09/xmldsig#rsa-sha1", SHA256),
                "algorithm is not accepted");
        refused(
                "SHA-1 digest",
                answer().algorithms(RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#sha1"),
                "digest is not accepted");
        refused(
                "the method's name replaced by a weak one",
                answer().xml().replace(RSA_SHA256, "http://www.w3.org/2001/04/xmldsig-more#rsa-md5"),
                "the signature cannot be read");
    }

    @Test
    void aMacWithThePublicKeyIsRefused() {
        String hmac = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
        byte[] publicKey = IDP.certificate().getPublicKey().getEncoded();
        refused(
                "HMAC keyed with what everybody knows",
                answer().algorithms(hmac, SHA256).by(new SecretKeySpec(publicKey, "HmacSHA256")),
                "algorithm is not accepted");
    }

    @Test
    void aKeyThatTheSignatureBringsAlongIsNotBelieved() {
        FakeIdentityProvider stranger = new FakeIdentityProvider();
        refused("another key", answer().by(stranger.privateKeyOf()), "not valid");
        String base64 = Base64.getEncoder().encodeToString(encoded(stranger));
        refused(
                "with its certificate",
                answer().by(stranger.privateKeyOf())
                        .xml()
                        .replace(
                                "</ds:Signature>",
                                "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>" + base64
                                        + "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"),
                "not valid");
    }

    private static byte[] encoded(FakeIdentityProvider provider) {
        try {
            return provider.certificate().getEncoded();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aGoodSignatureDoesNotHideABadOne() {
        refused(
                "assertion forged, response signed by the attacker's own key",
                changed(
                        answer().signed(true, true),
                        (_, response, assertion) -> assertion
                                .getElementsByTagNameNS(Names.ASSERTION, "NameID")
                                .item(0)
                                .setTextContent("admin")),
                "not valid");
        refused(
                "a third signature",
                changed(
                        answer(),
                        (_, response, assertion) -> ((Element) response.getElementsByTagNameNS(Names.PROTOCOL, "Status")
                                        .item(0))
                                .appendChild(signature(assertion).cloneNode(true))),
                "where none belongs");
    }

    @Test
    void aCommentInTheNameCutsNothingOff() {
        refused("comment", answer().xml().replace(">u-1<", ">u-1<!-- -->.evil.example<"), "comments");
        refused("comment that changes nothing", answer().xml().replace(">u-1<", ">u<!-- -->-1<"), "comments");
        refused("processing instruction", answer().xml().replace(">u-1<", ">u<?x y?>-1<"), "comments");
        refused(
                "signed with the comment in it",
                answer().with("name", "admin@corp.example<!-- -->.evil.example"),
                "comments");
        refused(
                "an element in the name",
                answer().with("name", "admin<saml:x/>.evil.example"),
                "something else than text");
    }

    @Test
    void entitiesAndBombsAreRefused() {
        String response = answer().xml();
        refused("DOCTYPE", "<!DOCTYPE Response>" + response, "without DOCTYPE");
        refused(
                "external entity",
                "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + response.replace(">u-1<", ">&x;<"),
                "without DOCTYPE");
        StringBuilder laughs = new StringBuilder("<!DOCTYPE r [<!ENTITY a0 \"ha\">");
        for (int i = 1; i < 30; i++) {
            laughs.append("<!ENTITY a" + i + " \"&a" + (i - 1) + ";&a" + (i - 1) + ";\">");
        }
        refused("billion laughs", laughs + "]>" + response.replace(">u-1<", ">&a29;<"), "without DOCTYPE");
        refused("too deep", "<a>".repeat(5_000) + "</a>".repeat(5_000), "within the limits");
        StringBuilder attributes = new StringBuilder("<a ");
        for (int i = 0; i < 5_000; i++) {
            attributes.append("a").append(i).append("=\"\" ");
        }
        refused("too many attributes", attributes + "/>", "within the limits");
        for (String nonsense : List.of("", "<", "<a/>", "{}", "\0", "<Response/>", "<a b='\uD800'/>")) {
            assertThatThrownBy(() -> judged(nonsense.getBytes(StandardCharsets.UTF_8)))
                    .as(nonsense)
                    .isInstanceOf(SamlException.class);
        }
    }

    @Test
    void manyElementsAreReadQuickly() {
        String many = changed(answer(), (document, response, assertion) -> {
            for (int i = 0; i < 10_000; i++) {
                response.appendChild(document.createElementNS("urn:x", "x"));
            }
        });
        long begun = System.nanoTime();
        assertThatThrownBy(() -> judged(many.replace(">u-1<", ">admin<").getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(SamlException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void encryptionProvesNothing() {
        var ours = JudgeTest.SELF.credentials().getFirst().certificate();
        refused("unsigned", answer().signed(false, false).encrypted(ours), "neither the response nor");
        refused(
                "by a stranger",
                answer().by(new FakeIdentityProvider().privateKeyOf()).encrypted(ours),
                "not valid");
        refused("for somebody else", answer().encrypted(IDP.certificate()), "cannot be decrypted");
        refused(
                "RSA with PKCS #1 v1.5 padding",
                answer().encrypted(ours)
                        .encryptedWith(
                                "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
                                "http://www.w3.org/2001/04/xmlenc#rsa-1_5"),
                "encryption's algorithm");
        String good = answer().encrypted(ours).xml();
        int middle = good.lastIndexOf("CipherValue>") - 200;
        char other = good.charAt(middle) == 'A' ? 'B' : 'A';
        refused("changed", good.substring(0, middle) + other + good.substring(middle + 1), "cannot be decrypted");
    }

    @Test
    void metadataThatCannotBeTrustedAreRefused() {
        for (String bad : List.of(
                "<a/>",
                "",
                IDP.metadata().replace("entityID=\"" + FakeIdentityProvider.ENTITY + "\"", ""),
                IDP.metadata().replace("HTTP-Redirect", "HTTP-POST"),
                IDP.metadata().replace(FakeIdentityProvider.SIGN_ON, "javascript:alert(1)"),
                IDP.metadata().replace("use=\"signing\"", "use=\"encryption\""),
                IDP.metadata().replace("IDPSSODescriptor", "SPSSODescriptor"),
                "<!DOCTYPE x>" + IDP.metadata(),
                IDP.metadata()
                        .replaceAll(
                                "(?s)<ds:X509Certificate>.*</ds:X509Certificate>",
                                "<ds:X509Certificate>AAAA</ds:X509Certificate>"))) {
            assertThatThrownBy(() -> MetadataReader.read(bad.getBytes(StandardCharsets.UTF_8)))
                    .as(bad)
                    .isInstanceOf(SamlException.class);
        }
    }
}
