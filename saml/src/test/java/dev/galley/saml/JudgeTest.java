package dev.galley.saml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** Questions, answers that are right in their several forms, and answers that are not for us, for now, or for this question. */
class JudgeTest {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final FakeIdentityProvider IDP = new FakeIdentityProvider();
    static final IdentityProvider PROVIDER = provider(IDP.metadata());
    static final ServiceProvider SELF = self();
    static final String QUESTION = "_question";

    private static ServiceProvider self() {
        try {
            return new ServiceProvider(
                    "https://api.example.com/auth/v1/sso/saml/metadata",
                    "https://api.example.com/auth/v1/sso/saml/acs",
                    List.of(
                            Credential.read(FakeIdentityProvider.privateKey(), "api.example.com"),
                            Credential.read(FakeIdentityProvider.privateKey(), "api.example.com")),
                    true,
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5));
        } catch (SamlException e) {
            throw new AssertionError(e);
        }
    }

    static IdentityProvider provider(String metadata) {
        try {
            return MetadataReader.read(metadata.getBytes(StandardCharsets.UTF_8));
        } catch (SamlException e) {
            throw new AssertionError(e);
        }
    }

    static FakeIdentityProvider.Answer answer() {
        return IDP.answer(SELF.entityId(), SELF.consumer(), QUESTION, NOW);
    }

    static Assertion judged(byte[] response) throws SamlException {
        return SELF.judge(response, PROVIDER, Optional.of(QUESTION), NOW);
    }

    static void refused(String name, FakeIdentityProvider.Answer answer, String why) {
        refused(name, answer.xml(), why);
    }

    static void refused(String name, String xml, String why) {
        assertThatThrownBy(() -> judged(xml.getBytes(StandardCharsets.UTF_8)))
                .as(name)
                .isInstanceOf(SamlException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aSignedAssertionIsBelieved() throws SamlException {
        Assertion assertion = judged(answer().with(
                        "attributes",
                        FakeIdentityProvider.attribute("mail", "ann@corp.example")
                                + FakeIdentityProvider.attribute("groups", "a", "b &amp; c"))
                .with("session", "SessionNotOnOrAfter=\"2026-03-01T20:00:00Z\"")
                .bytes());
        assertThat(assertion.nameId()).isEqualTo(new NameId("u-1", NameId.PERSISTENT));
        assertThat(assertion.attributes())
                .containsExactly(
                        new Assertion.Attribute("mail", "", List.of("ann@corp.example")),
                        new Assertion.Attribute("groups", "", List.of("a", "b & c")));
        assertThat(assertion.sessionEnd()).contains(Instant.parse("2026-03-01T20:00:00Z"));
        assertThat(assertion.until()).isEqualTo(NOW.plus(Duration.ofMinutes(5)).plusSeconds(30));
    }

    @Test
    void aSignedResponseAndBothSignedAreBelieved() throws SamlException {
        assertThat(judged(answer().signed(false, true).bytes()).nameId().value())
                .isEqualTo("u-1");
        assertThat(judged(answer().signed(true, true).bytes()).nameId().value()).isEqualTo("u-1");
    }

    @Test
    void anEncryptedAssertionIsBelieved() throws SamlException {
        for (Credential credential : SELF.credentials()) {
            for (String cipher : List.of(
                    "http://www.w3.org/2001/04/xmlenc#aes256-cbc", "http://www.w3.org/2009/xmlenc11#aes256-gcm")) {
                FakeIdentityProvider.Answer answer = answer().encrypted(credential.certificate())
                        .encryptedWith(cipher, "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p");
                assertThat(answer.xml()).doesNotContain("ann@corp.example");
                assertThat(judged(answer.bytes()).nameId().value()).isEqualTo("u-1");
                assertThat(judged(answer.signed(false, true).bytes()).nameId().value())
                        .isEqualTo("u-1");
            }
        }
    }

    @Test
    void anyOfTheProvidersCertificatesMaySign() throws SamlException {
        IdentityProvider several = provider(
                IDP.metadata(FakeIdentityProvider.certificate(FakeIdentityProvider.keys(2048)), IDP.certificate()));
        assertThat(SELF.judge(answer().bytes(), several, Optional.of(QUESTION), NOW)
                        .id())
                .isNotEmpty();
    }

    @Test
    void anAnswerThatNobodyAskedForIsBelievedOnlyAsSuch() throws SamlException {
        byte[] unasked = IDP.answer(SELF.entityId(), SELF.consumer(), "", NOW).bytes();
        assertThat(SELF.judge(unasked, PROVIDER, Optional.empty(), NOW).id()).isNotEmpty();
        assertThatThrownBy(() -> judged(unasked)).hasMessageContaining("not an answer to this question");
        assertThatThrownBy(() -> SELF.judge(answer().bytes(), PROVIDER, Optional.empty(), NOW))
                .hasMessageContaining("not an answer to this question");
    }

    @Test
    void whatIsForOthersIsRefused() {
        refused("audience", answer().with("audience", "https://other.example"), "another audience");
        refused("recipient", answer().with("recipient", "https://other.example/acs"), "another recipient");
        refused("destination", answer().with("destination", "https://other.example/acs"), "another address");
        refused("issuer", answer().with("issuer", "https://other.example"), "another provider");
        refused("issuer of the response", answer().with("responseIssuer", "https://o.example"), "another provider");
        refused("question", answer().with("question", "InResponseTo=\"_other\""), "not an answer to this question");
        refused("no question", answer().with("question", ""), "not an answer to this question");
        refused(
                "question of the response",
                answer().with("responseQuestion", "InResponseTo=\"_other\""),
                "not an answer to this question");
        refused("method", answer().with("method", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"), "no bearer");
        refused("condition", answer().with("extra", "<saml:Condition/>"), "condition that is not known");
        refused(
                "second audience restriction",
                answer().with(
                                "extra",
                                "<saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction>"),
                "another audience");
        refused(
                "status",
                answer().with("status", "urn:oasis:names:tc:SAML:2.0:status:Responder"),
                "the identity provider has refused");
    }

    @Test
    void clocksMayDifferALittle() throws SamlException {
        assertThat(judged(answer().with("notBefore", NOW.plusSeconds(29).toString())
                                .bytes())
                        .id())
                .isNotEmpty();
        assertThat(judged(answer().with("notAfter", NOW.minusSeconds(29).toString())
                                .bytes())
                        .id())
                .isNotEmpty();
        refused("too early", answer().with("notBefore", NOW.plusSeconds(31).toString()), "not valid yet");
        refused("expired", answer().with("notAfter", NOW.minusSeconds(30).toString()), "expired");
        refused(
                "confirmation expired",
                answer().with("confirmedUntil", "NotOnOrAfter=\"" + NOW.minusSeconds(30) + "\""),
                "expired");
        refused("confirmation without end", answer().with("confirmedUntil", ""), "no end");
        refused("from the future", answer().with("issued", NOW.plusSeconds(31).toString()), "from the future");
        refused("too old", answer().with("issued", NOW.minusSeconds(331).toString()), "too old");
        refused("no time", answer().with("notAfter", "tomorrow"), "no time");
    }

    @Test
    void timesFarAwayAreNoEnd() throws SamlException {
        String far = "+99999999-01-01T00:00:00Z";
        Assertion assertion = judged(answer().with("notAfter", far)
                .with("confirmedUntil", "NotOnOrAfter=\"" + far + "\"")
                .with("session", "SessionNotOnOrAfter=\"" + far + "\"")
                .bytes());
        assertThat(assertion.until()).isEqualTo(NOW.plus(Duration.ofMinutes(6)));
        assertThat(assertion.sessionEnd()).isEmpty();
        refused(
                "session over",
                answer().with("session", "SessionNotOnOrAfter=\"" + NOW.minusSeconds(30) + "\""),
                "over");
    }

    @Test
    void theQuestionIsSignedAndSaysWhereTheAnswerGoes() throws Exception {
        URI address = SELF.question(PROVIDER, QUESTION, "relay", Optional.of(NameId.EMAIL), NOW);
        assertThat(address.toString()).startsWith(FakeIdentityProvider.SIGN_ON + "?SAMLRequest=");
        String query = address.getRawQuery();
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(SELF.credentials().getFirst().certificate());
        signature.update(query.substring(0, query.indexOf("&Signature=")).getBytes(StandardCharsets.UTF_8));
        Map<String, String> parameters = new HashMap<>();
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        assertThat(signature.verify(Base64.getDecoder().decode(parameters.get("Signature"))))
                .isTrue();
        assertThat(parameters).containsEntry("RelayState", "relay");
        Inflater inflater = new Inflater(true);
        inflater.setInput(Base64.getDecoder().decode(parameters.get("SAMLRequest")));
        byte[] xml = new byte[10_000];
        String request = new String(xml, 0, inflater.inflate(xml), StandardCharsets.UTF_8);
        assertThat(request)
                .contains("ID=\"_question\"", "AssertionConsumerServiceURL=\"" + SELF.consumer() + "\"", NameId.EMAIL)
                .contains("<saml:Issuer>" + SELF.entityId() + "</saml:Issuer>");
    }

    @Test
    void ourMetadataNameKeysAndAddresses() throws Exception {
        String xml =
                new String(SELF.metadata(Optional.of(NOW), Optional.of(Duration.ofHours(1))), StandardCharsets.UTF_8);
        assertThat(xml)
                .contains("entityID=\"" + SELF.entityId() + "\"", "Location=\"" + SELF.consumer() + "\"")
                .contains("validUntil=\"2026-03-01T12:00:00Z\"", "cacheDuration=\"PT1H\"")
                .contains(Base64.getEncoder()
                        .encodeToString(
                                SELF.credentials().getFirst().certificate().getEncoded()));
        assertThat(xml.split("use=\"encryption\"", -1)).hasSize(3);
        assertThat(FakeIdentityProvider.parse(xml).getDocumentElement().getLocalName())
                .isEqualTo("EntityDescriptor");
    }

    @Test
    void aKeyMakesTheSameCertificateEverywhere() throws SamlException {
        String key = FakeIdentityProvider.privateKey();
        String pem =
                "-----BEGIN PRIVATE KEY-----\n" + key.replaceAll("(.{64})", "$1\n") + "\n-----END PRIVATE KEY-----\n";
        assertThat(Credential.read(pem, "a.example").certificate())
                .isEqualTo(Credential.read(key, "a.example").certificate());
        for (String none : List.of("", "x", "AAAA", Base64.getEncoder().encodeToString(new byte[100]))) {
            assertThatThrownBy(() -> Credential.read(none, "a")).isInstanceOf(SamlException.class);
        }
        String weak = Base64.getEncoder()
                .encodeToString(FakeIdentityProvider.keys(1024).getPrivate().getEncoded());
        assertThatThrownBy(() -> Credential.read(weak, "a")).hasMessageContaining("2048");
    }

    @Test
    void keysInPkcs1AreRead() throws Exception {
        byte[] pkcs8 = FakeIdentityProvider.keys(2048).getPrivate().getEncoded();
        byte[] pkcs1 = org.bouncycastle.asn1.pkcs.PrivateKeyInfo.getInstance(pkcs8)
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        assertThat(Credential.read(Base64.getEncoder().encodeToString(pkcs1), "a")
                        .certificate())
                .isEqualTo(Credential.read(Base64.getEncoder().encodeToString(pkcs8), "a")
                        .certificate());
    }
}
