package dev.galley.saml;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/**
 * The key of the service provider, with a certificate that says nothing but the key: providers want their keys so. The certificate
 * follows from the key and the name alone, so that every node publishes the same.
 */
public record Credential(RSAPrivateCrtKey key, X509Certificate certificate) {
    private static final int MIN_BITS = 2048;
    private static final int MAX_BITS = 8192;
    private static final Instant FROM = Instant.EPOCH;
    private static final Instant TO = Instant.parse("2170-01-01T00:00:00Z");

    /**
     * @param text an RSA key in PKCS #1 or PKCS #8, as PEM or the base64 of its DER
     * @param host whom the certificate names
     * @throws SamlException when it is none
     */
    public static Credential read(String text, String host) throws SamlException {
        try {
            byte[] der = Base64.getMimeDecoder()
                    .decode(text.replaceAll("-----(BEGIN|END)[A-Z ]+-----", "").strip());
            RSAPrivateCrtKey key = privateKey(der);
            int bits = key.getModulus().bitLength();
            if (bits < MIN_BITS || bits > MAX_BITS) {
                throw new SamlException("the RSA key must have " + MIN_BITS + " to " + MAX_BITS + " bits");
            }
            return of(key, host);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new SamlException("it is no RSA key in PKCS #1 or PKCS #8", e);
        }
    }

    private static RSAPrivateCrtKey privateKey(byte[] der) throws GeneralSecurityException, IOException {
        KeyFactory factory = KeyFactory.getInstance("RSA");
        byte[] pkcs8 = der;
        if (org.bouncycastle.asn1.ASN1Sequence.getInstance(der).getObjectAt(1) instanceof ASN1Integer) {
            // PKCS #1: the modulus stands where PKCS #8 has the algorithm.
            pkcs8 = new PrivateKeyInfo(
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                            org.bouncycastle.asn1.pkcs.RSAPrivateKey.getInstance(der))
                    .getEncoded(ASN1Encoding.DER);
        }
        return (RSAPrivateCrtKey) factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static Credential of(RSAPrivateCrtKey key, String host) throws GeneralSecurityException, IOException {
        byte[] publicKey = KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
                .getEncoded();
        AlgorithmIdentifier algorithm =
                new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE);
        X500Name name = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, "SAML 2.0 Certificate for " + host)
                .build();
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(BigInteger.ONE));
        generator.setSignature(algorithm);
        generator.setIssuer(name);
        generator.setSubject(name);
        generator.setStartDate(new Time(Date.from(FROM)));
        generator.setEndDate(new Time(Date.from(TO)));
        generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(publicKey));
        TBSCertificate certificate = generator.generateTBSCertificate();
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(certificate.getEncoded(ASN1Encoding.DER));
        DERSequence whole = new DERSequence(
                new org.bouncycastle.asn1.ASN1Encodable[] {certificate, algorithm, new DERBitString(signature.sign())});
        return new Credential(key, (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(whole.getEncoded(ASN1Encoding.DER))));
    }

    /** Never prints the key. */
    @Override
    public String toString() {
        return "Credential[" + certificate.getSubjectX500Principal() + "]";
    }
}
