package dev.galley.saml;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Judges one answer. It goes from the outside in: the envelope must look as it should (one assertion, signatures only where they
 * belong); then a signature must cover the assertion; from there on only the bytes that were signed are read, anew.
 */
final class Verdict {
    private final ServiceProvider self;
    private final IdentityProvider provider;
    private final Optional<String> question;
    private final Instant now;

    Verdict(ServiceProvider self, IdentityProvider provider, Optional<String> question, Instant now) {
        this.self = self;
        this.provider = provider;
        this.question = question;
        this.now = now;
    }

    Assertion on(byte[] bytes) throws SamlException {
        Element response = root(bytes, Names.PROTOCOL, "Response");
        envelope(response);
        Element assertion = assertion(response);
        return new AssertionReader(self, provider, question, now).read(assertion);
    }

    private static Element root(byte[] bytes, String namespace, String name) throws SamlException {
        Document document = Xml.parse(bytes, "the " + name);
        if (Xml.hasAsides(document)) {
            throw new SamlException("there are comments or processing instructions in the " + name);
        }
        Element root = document.getDocumentElement();
        if (!Xml.is(root, namespace, name)) {
            throw new SamlException("it is no " + name);
        }
        return root;
    }

    private void envelope(Element response) throws SamlException {
        Times.requireVersion(response);
        Times.requireFresh(response, self, now);
        Optional<String> destination = Xml.attribute(response, "Destination");
        if (destination.isPresent() && !destination.get().equals(self.consumer())) {
            throw new SamlException("the response is for another address");
        }
        Optional<Element> issuer = Xml.child(response, Names.ASSERTION, "Issuer");
        if (issuer.isPresent() && !Xml.text(issuer.get()).equals(provider.entityId())) {
            throw new SamlException("the response is from another provider");
        }
        requireQuestion(Xml.attribute(response, "InResponseTo"), question, "response");
        Element code = Xml.required(Xml.required(response, Names.PROTOCOL, "Status"), Names.PROTOCOL, "StatusCode");
        if (!code.getAttribute("Value").equals(Names.SUCCESS)) {
            throw new SamlException("the identity provider has refused" + reason(code));
        }
    }

    /** An answer to a question must be to this one; one that nobody asked for must not claim to be to any. */
    static void requireQuestion(Optional<String> claimed, Optional<String> question, String what) throws SamlException {
        if (!claimed.equals(question)) {
            throw new SamlException("the " + what + " is not an answer to this question");
        }
    }

    private static String reason(Element code) throws SamlException {
        Optional<Element> detail = Xml.child(code, Names.PROTOCOL, "StatusCode");
        String text = detail.map(inner -> inner.getAttribute("Value")).orElse("");
        String name = text.substring(text.lastIndexOf(':') + 1);
        return name.matches("[A-Za-z]{1,40}") ? " (" + name + ")" : "";
    }

    private Element assertion(Element response) throws SamlException {
        Element one = one(response);
        boolean whole = Xml.child(response, Names.SIGNATURE, "Signature").isPresent();
        if (whole) {
            one = one(root(Signatures.verified(response, provider.certificates()), Names.PROTOCOL, "Response"));
        }
        if (Xml.is(one, Names.ASSERTION, "EncryptedAssertion")) {
            one = decrypted(one);
        }
        boolean itself = Xml.child(one, Names.SIGNATURE, "Signature").isPresent();
        if (!whole && !itself) {
            throw new SamlException("neither the response nor the assertion is signed");
        }
        return itself ? root(Signatures.verified(one, provider.certificates()), Names.ASSERTION, "Assertion") : one;
    }

    private Element decrypted(Element encrypted) throws SamlException {
        if (!self.encryption()) {
            throw new SamlException("encrypted assertions are not accepted");
        }
        List<PrivateKey> keys = new ArrayList<>();
        self.credentials().forEach(credential -> keys.add(credential.key()));
        byte[] plain = Decryption.decrypted(encrypted, keys);
        try {
            return alone(new String(plain, StandardCharsets.UTF_8), encrypted);
        } catch (SamlException anything) {
            // The same as for a key that does not fit: see Decryption.
            throw new SamlException("the assertion cannot be decrypted", anything);
        }
    }

    /** An assertion out of its document, with the namespaces that it may have counted on there. */
    private static Element alone(String plain, Element place) throws SamlException {
        String context =
                "<context" + Xml.namespaces(place) + ">" + plain.replaceFirst("^<\\?xml[^>]*>", "") + "</context>";
        Element root = root(context.getBytes(StandardCharsets.UTF_8), "", "context");
        Element assertion = Xml.required(root, Names.ASSERTION, "Assertion");
        if (Xml.everywhere(root.getOwnerDocument(), "*", "Assertion").size() != 1) {
            throw new SamlException("the response must hold exactly one assertion");
        }
        requireTidy(root.getOwnerDocument(), assertion);
        return assertion;
    }

    /** The only assertion of the document, which is where it belongs; no signature anywhere else than on it and the response. */
    private static Element one(Element response) throws SamlException {
        Document document = response.getOwnerDocument();
        List<Element> plain = Xml.everywhere(document, "*", "Assertion");
        List<Element> encrypted = Xml.everywhere(document, "*", "EncryptedAssertion");
        List<Element> all = new ArrayList<>(plain);
        all.addAll(encrypted);
        if (all.size() != 1
                || !response.isSameNode(all.getFirst().getParentNode())
                || !Names.ASSERTION.equals(all.getFirst().getNamespaceURI())
                || Xml.everywhere(document, "*", "Response").size() != 1) {
            throw new SamlException("the response must hold exactly one assertion");
        }
        requireTidy(document, all.getFirst());
        return all.getFirst();
    }

    private static void requireTidy(Document document, Element assertion) throws SamlException {
        for (Element signature : Xml.everywhere(document, Names.SIGNATURE, "Signature")) {
            Node parent = signature.getParentNode();
            if (!assertion.isSameNode(parent) && !document.getDocumentElement().isSameNode(parent)) {
                throw new SamlException("there is a signature where none belongs");
            }
        }
    }
}
