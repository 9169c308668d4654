package dev.galley.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.X509KeyManager;

/**
 * The certificate chain of the edge and its key, as they stood in their files. Both are small, so they are compared as a
 * whole: times of files say nothing when a link is exchanged, as Kubernetes does.
 */
record ServerCertificate(Buffer chain, Buffer key) {
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    /** @throws IOException with a message for the operator when a file cannot be read */
    static ServerCertificate read(HttpSettings.Tls tls) throws IOException {
        return new ServerCertificate(
                contents("http.tls-certificate", tls.certificate()), contents("http.tls-key", tls.key()));
    }

    PemKeyCertOptions options() {
        return new PemKeyCertOptions().addCertValue(chain).addKeyValue(key);
    }

    /**
     * Whether connections can be made with them: a key that is another certificate's is noticed by clients only, and the files are
     * of two kinds for a moment whenever they are renewed.
     *
     * @throws IOException with a message for the operator when they cannot be used
     */
    X509Certificate check(Vertx vertx) throws IOException {
        try {
            X509KeyManager manager = Arrays.stream(
                            options().getKeyManagerFactory(vertx).getKeyManagers())
                    .filter(X509KeyManager.class::isInstance)
                    .map(X509KeyManager.class::cast)
                    .findFirst()
                    .orElseThrow();
            for (String kind : SIGNATURES.keySet()) {
                List<String> names = Stream.ofNullable(manager.getServerAliases(kind, null))
                        .flatMap(Arrays::stream)
                        .toList();
                for (String name : names) {
                    X509Certificate certificate = manager.getCertificateChain(name)[0];
                    if (fit(kind, manager.getPrivateKey(name), certificate.getPublicKey())) {
                        return certificate;
                    }
                    throw new IOException("the key in http.tls-key is not the one of the certificate");
                }
            }
            throw new IOException("the certificate is for no key that TLS can be spoken with (RSA, EC)");
        } catch (IOException known) {
            throw known;
        } catch (Exception e) {
            // Vert.x declares no narrower one; the cause may quote the key.
            throw new IOException("http.tls-certificate or http.tls-key is no PEM file of a certificate and its key");
        }
    }

    /** What an operator should know of a certificate that is used nevertheless; empty when it is in order. */
    static String doubts(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return "";
        } catch (CertificateExpiredException e) {
            return "it expired at " + certificate.getNotAfter().toInstant();
        } catch (CertificateNotYetValidException e) {
            return "it holds from " + certificate.getNotBefore().toInstant() + " only";
        }
    }

    private static boolean fit(String kind, PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        byte[] anything = {1, 2, 3};
        Signature signer = Signature.getInstance(SIGNATURES.getOrDefault(kind, kind));
        signer.initSign(key);
        signer.update(anything);
        byte[] signature = signer.sign();
        signer.initVerify(certified);
        signer.update(anything);
        try {
            return signer.verify(signature);
        } catch (GeneralSecurityException otherSize) {
            return false;
        }
    }

    private static Buffer contents(String setting, Path file) throws IOException {
        try {
            return Buffer.buffer(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IOException(setting + ": cannot read " + file, e);
        }
    }
}
