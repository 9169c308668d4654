package dev.galley.saml;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.apache.xml.security.Init;
import org.apache.xml.security.exceptions.XMLSecurityException;
import org.apache.xml.security.signature.Reference;
import org.apache.xml.security.signature.SignedInfo;
import org.apache.xml.security.signature.XMLSignature;
import org.apache.xml.security.transforms.Transforms;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Verifies the signature of an element by its own ID, and hands back the very bytes that were digested. Whoever goes on with those
 * reads nothing that was not signed, wherever else an attacker has put it (signature wrapping). What a signature says about itself
 * counts for nothing: keys come from the metadata, algorithms from the lists below, transforms are the two that SAML allows.
 */
final class Signatures {
    private static final Set<String> METHODS = Set.of(
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
            "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1",
            "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512");
    private static final Set<String> DIGESTS = Set.of(
            "http://www.w3.org/2001/04/xmlenc#sha256",
            "http://www.w3.org/2001/04/xmldsig-more#sha384",
            "http://www.w3.org/2001/04/xmlenc#sha512");
    private static final String ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    private static final Set<String> CANONICAL = Set.of(
            "http://www.w3.org/2001/10/xml-exc-c14n#",
            "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
            "http://www.w3.org/2006/12/xml-c14n11",
            "http://www.w3.org/2006/12/xml-c14n11#WithComments");

    static {
        Init.init();
    }

    private Signatures() {}

    /**
     * @param signed an element with an ID and a signature as its child
     * @return the element as it was signed, in canonical form and without the signature
     * @throws SamlException when no certificate's key has signed it as it must be signed
     */
    static byte[] verified(Element signed, List<X509Certificate> certificates) throws SamlException {
        Element element = Xml.required(signed, Names.SIGNATURE, "Signature");
        if (!Xml.children(element, Names.SIGNATURE, "Object").isEmpty()) {
            throw new SamlException("the signature holds an Object");
        }
        requireUniqueId(signed);
        signed.setIdAttribute("ID", true);
        try {
            XMLSignature signature = new XMLSignature(element, "", true);
            Reference reference = acceptable(signature.getSignedInfo(), signed.getAttribute("ID"));
            for (X509Certificate certificate : certificates) {
                if (valid(signature, certificate)) {
                    return digested(reference, signed);
                }
            }
        } catch (XMLSecurityException | IOException | RuntimeException e) {
            throw new SamlException("the signature cannot be read", e);
        }
        throw new SamlException("the signature of the " + signed.getLocalName() + " is not valid");
    }

    /** A key of another kind than the signature's is not that of the signer; another one may be. */
    private static boolean valid(XMLSignature signature, X509Certificate certificate) {
        try {
            return signature.checkSignatureValue(certificate.getPublicKey());
        } catch (XMLSecurityException otherKey) {
            return false;
        }
    }

    private static Reference acceptable(SignedInfo info, String id) throws SamlException, XMLSecurityException {
        if (!METHODS.contains(info.getSignatureMethodURI())) {
            throw new SamlException("the signature's algorithm is not accepted");
        }
        if (!CANONICAL.contains(info.getCanonicalizationMethodURI()) || info.getLength() != 1) {
            throw new SamlException("the signature must be of exactly one element");
        }
        Reference reference = info.item(0);
        if (!("#" + id).equals(reference.getURI())) {
            throw new SamlException("the signature is not of the element that it stands in");
        }
        if (!DIGESTS.contains(reference.getMessageDigestAlgorithm().getAlgorithmURI())) {
            throw new SamlException("the signature's digest is not accepted");
        }
        Transforms transforms = reference.getTransforms();
        boolean enveloped = transforms != null
                && transforms.getLength() >= 1
                && transforms.getLength() <= 2
                && transforms.item(0).getURI().equals(ENVELOPED)
                && (transforms.getLength() == 1
                        || CANONICAL.contains(transforms.item(1).getURI()));
        if (!enveloped) {
            throw new SamlException("the signature's transforms are not accepted");
        }
        return reference;
    }

    private static byte[] digested(Reference reference, Element signed)
            throws SamlException, XMLSecurityException, IOException {
        if (!signed.isSameNode(reference.getContentsBeforeTransformation().getSubNode())) {
            throw new SamlException("the signature is not of the element that it stands in");
        }
        return reference.getContentsAfterTransformation().getBytes();
    }

    /** Another element of the same name in any spelling of the attribute could be taken for this one. */
    private static void requireUniqueId(Element signed) throws SamlException {
        String id = signed.getAttribute("ID");
        Document document = signed.getOwnerDocument();
        int found = 0;
        for (Element element : Xml.everywhere(document, "*", "*")) {
            for (String name : List.of("ID", "Id", "id", "xml:id", "AssertionID")) {
                if (element.getAttribute(name).equals(id)) {
                    found++;
                }
            }
        }
        if (id.isEmpty() || found != 1) {
            throw new SamlException("the ID of the signed element is missing or is used twice");
        }
    }
}
