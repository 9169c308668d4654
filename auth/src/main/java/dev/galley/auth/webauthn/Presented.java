package dev.galley.auth.webauthn;

import com.webauthn4j.data.AuthenticationData;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What an authenticator has signed, parsed and not verified. */
public final class Presented {
    private final byte[] credentialId;
    private final AuthenticationData data;

    Presented(byte[] credentialId, AuthenticationData data) {
        this.credentialId = credentialId;
        this.data = data;
    }

    public byte[] credentialId() {
        return credentialId;
    }

    /** The user whom the authenticator keeps the credential for; empty where it keeps none. */
    public Optional<String> userHandle() {
        return Optional.ofNullable(data.getUserHandle()).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    AuthenticationData data() {
        return data;
    }
}
