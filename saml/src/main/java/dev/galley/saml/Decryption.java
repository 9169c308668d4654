package dev.galley.saml;

import java.security.Key;
import java.security.PrivateKey;
import java.util.List;
import java.util.Set;
import org.apache.xml.security.Init;
import org.apache.xml.security.encryption.EncryptedKey;
import org.apache.xml.security.encryption.XMLCipher;
import org.apache.xml.security.exceptions.XMLSecurityException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Decrypts an assertion (XML Encryption 1.1). Whatever is wrong, the answer is the same, so that nobody learns from answers what a
 * changed ciphertext means; RSA with PKCS #1 v1.5 padding is refused for the same reason.
 */
final class Decryption {
    private static final Set<String> KEY_TRANSPORT =
            Set.of("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", "http://www.w3.org/2009/xmlenc11#rsa-oaep");
    private static final Set<String> CIPHERS = Set.of(
            "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
            "http://www.w3.org/2001/04/xmlenc#aes192-cbc",
            "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
            "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            "http://www.w3.org/2009/xmlenc11#aes192-gcm",
            "http://www.w3.org/2009/xmlenc11#aes256-gcm");

    static {
        Init.init();
    }

    private Decryption() {}

    /** @return the assertion's XML; it is as little to be trusted as before */
    static byte[] decrypted(Element encryptedAssertion, List<PrivateKey> keys) throws SamlException {
        Element data = Xml.required(encryptedAssertion, Names.ENCRYPTION, "EncryptedData");
        String cipher = method(data);
        Element encryptedKey = encryptedKey(encryptedAssertion, data);
        String transport = method(encryptedKey);
        if (!CIPHERS.contains(cipher) || !KEY_TRANSPORT.contains(transport)) {
            throw new SamlException("the encryption's algorithm is not accepted");
        }
        for (PrivateKey key : keys) {
            try {
                return decrypted(data, encryptedKey, cipher, key);
            } catch (XMLSecurityException | RuntimeException otherKey) {
                // the next one may fit
            }
        }
        throw new SamlException("the assertion cannot be decrypted");
    }

    private static byte[] decrypted(Element data, Element encryptedKey, String cipher, PrivateKey key)
            throws XMLSecurityException {
        Document document = data.getOwnerDocument();
        XMLCipher unwrapping = XMLCipher.getInstance();
        unwrapping.setSecureValidation(true);
        unwrapping.init(XMLCipher.UNWRAP_MODE, key);
        EncryptedKey wrapped = unwrapping.loadEncryptedKey(document, encryptedKey);
        Key content = unwrapping.decryptKey(wrapped, cipher);
        XMLCipher decrypting = XMLCipher.getInstance();
        decrypting.setSecureValidation(true);
        decrypting.init(XMLCipher.DECRYPT_MODE, content);
        return decrypting.decryptToByteArray(data);
    }

    private static String method(Element encrypted) throws SamlException {
        return Xml.required(encrypted, Names.ENCRYPTION, "EncryptionMethod").getAttribute("Algorithm");
    }

    /** In the key info, or beside the data: both are in use. */
    private static Element encryptedKey(Element assertion, Element data) throws SamlException {
        var info = Xml.child(data, Names.SIGNATURE, "KeyInfo");
        if (info.isPresent()) {
            var inside = Xml.child(info.get(), Names.ENCRYPTION, "EncryptedKey");
            if (inside.isPresent()) {
                return inside.get();
            }
        }
        return Xml.required(assertion, Names.ENCRYPTION, "EncryptedKey");
    }
}
