package dev.galley.auth.webauthn;

import com.webauthn4j.WebAuthnAuthenticationManager;
import com.webauthn4j.WebAuthnRegistrationManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecord;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticatorTransport;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import dev.galley.auth.account.PublicKeyCredential;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** The library for WebAuthn. In a class of its own, so that only a program that is asked for WebAuthn loads it. */
final class Ceremonies {
    /** ES256, EdDSA, ES384, RS256: what authenticators have, the preferred first. */
    static final List<Integer> ALGORITHMS = List.of(-7, -8, -35, -257);

    static final List<PublicKeyCredentialParameters> PARAMETERS = ALGORITHMS.stream()
            .map(algorithm -> new PublicKeyCredentialParameters(
                    PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.create(algorithm)))
            .toList();
    private static final ObjectConverter CONVERTER = new ObjectConverter();
    /** No attestation is asked for, so none is looked at: any model of authenticator will do. */
    static final WebAuthnRegistrationManager REGISTRATION =
            WebAuthnRegistrationManager.createNonStrictWebAuthnRegistrationManager(CONVERTER);

    static final WebAuthnAuthenticationManager AUTHENTICATION = new WebAuthnAuthenticationManager(List.of(), CONVERTER);
    private static final AttestedCredentialDataConverter CREDENTIALS = new AttestedCredentialDataConverter(CONVERTER);
    private static final int MODEL_BYTES = 16;
    private static final UUID NO_MODEL = new UUID(0, 0);
    private static final Pattern TRANSPORT = Pattern.compile("[a-z-]{1,20}");
    private static final int MAX_TRANSPORTS = 10;

    private Ceremonies() {}

    static PublicKeyCredential kept(
            AttestedCredentialData data,
            long signCount,
            boolean backupEligible,
            boolean backedUp,
            List<String> transports) {
        byte[] all = CREDENTIALS.convert(data);
        int before = MODEL_BYTES + Short.BYTES + data.getCredentialId().length;
        return new PublicKeyCredential(
                PublicKeyCredential.base64(data.getCredentialId()),
                PublicKeyCredential.base64(Arrays.copyOfRange(all, before, all.length)),
                Optional.ofNullable(data.getAaguid().getValue()).filter(model -> !model.equals(NO_MODEL)),
                signCount,
                transports,
                backupEligible,
                backedUp);
    }

    static CredentialRecord record(PublicKeyCredential credential) {
        UUID model = credential.aaguid().orElse(NO_MODEL);
        byte[] id = credential.idBytes();
        byte[] key = credential.publicKeyBytes();
        byte[] data = ByteBuffer.allocate(MODEL_BYTES + Short.BYTES + id.length + key.length)
                .putLong(model.getMostSignificantBits())
                .putLong(model.getLeastSignificantBits())
                .putShort((short) id.length)
                .put(id)
                .put(key)
                .array();
        return new CredentialRecordImpl(
                new NoneAttestationStatement(),
                null,
                credential.backupEligible(),
                credential.backedUp(),
                credential.signCount(),
                CREDENTIALS.convert(data),
                null,
                null,
                null,
                null);
    }

    static List<String> transports(Set<AuthenticatorTransport> told) {
        return told.stream()
                .map(AuthenticatorTransport::getValue)
                .filter(transport -> TRANSPORT.matcher(transport).matches())
                .limit(MAX_TRANSPORTS)
                .sorted()
                .toList();
    }
}
