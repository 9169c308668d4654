package dev.galley.auth.webauthn;

import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.verifier.exception.MaliciousCounterValueException;
import dev.galley.auth.account.PublicKeyCredential;
import dev.galley.identity.StrictJson;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Asks for WebAuthn credentials in the name of the configured party, and judges what comes back. Knows no user and keeps nothing. */
public final class WebAuthn {
    private static final System.Logger LOG = System.getLogger(WebAuthn.class.getName());
    private static final int CHALLENGE_BYTES = 32;

    private final RelyingParty party;
    private final SecureRandom random;

    /** @param siteUrl whose host and origin stand for what is not configured */
    public WebAuthn(WebAuthnSettings settings, URI siteUrl, SecureRandom random) {
        this.party = RelyingParty.of(settings, siteUrl);
        this.random = random;
    }

    public String challenge() {
        byte[] bytes = new byte[CHALLENGE_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public Options options() {
        return new Options(party);
    }

    /**
     * The credential that an authenticator has made.
     *
     * @param response a {@code RegistrationResponseJSON}
     * @param userVerified whether the authenticator must have made sure of its user, by a PIN or a finger
     * @return empty when it is not what was asked for
     */
    public Optional<PublicKeyCredential> registered(ObjectNode response, String challenge, boolean userVerified) {
        try {
            RegistrationData data = Ceremonies.REGISTRATION.verify(
                    Ceremonies.REGISTRATION.parse(StrictJson.write(response)),
                    new RegistrationParameters(expected(challenge), Ceremonies.PARAMETERS, userVerified, true));
            var authenticator =
                    Objects.requireNonNull(data.getAttestationObject()).getAuthenticatorData();
            return Optional.of(Ceremonies.kept(
                    Objects.requireNonNull(authenticator.getAttestedCredentialData()),
                    authenticator.getSignCount(),
                    authenticator.isFlagBE(),
                    authenticator.isFlagBS(),
                    data.getTransports() == null ? List.of() : Ceremonies.transports(data.getTransports())));
        } catch (RuntimeException refused) {
            // The library throws many kinds for what strangers may send, not all of them its own.
            LOG.log(Level.DEBUG, "a WebAuthn registration does not hold: {0}", refused.toString());
            return Optional.empty();
        }
    }

    /**
     * What an authenticator has signed.
     *
     * @param response an {@code AuthenticationResponseJSON}
     * @return empty when it is none
     */
    public Optional<Presented> presented(ObjectNode response) {
        try {
            AuthenticationData data = Ceremonies.AUTHENTICATION.parse(StrictJson.write(response));
            return Optional.ofNullable(data.getCredentialId())
                    .filter(id -> id.length > 0)
                    .map(id -> new Presented(Arrays.copyOf(id, id.length), data));
        } catch (RuntimeException refused) {
            LOG.log(Level.DEBUG, "no WebAuthn answer: {0}", refused.toString());
            return Optional.empty();
        }
    }

    /** Judges a signature by the key that is kept of the credential. */
    public Judgement judge(Presented presented, PublicKeyCredential known, String challenge, boolean userVerified) {
        try {
            var data = Ceremonies.AUTHENTICATION.verify(
                    presented.data(),
                    new AuthenticationParameters(
                            expected(challenge),
                            Ceremonies.record(known),
                            List.of(known.idBytes()),
                            userVerified,
                            true));
            var authenticator = Objects.requireNonNull(data.getAuthenticatorData());
            return new Judgement.Good(known.signed(authenticator.getSignCount(), authenticator.isFlagBS()));
        } catch (MaliciousCounterValueException back) {
            return new Judgement.CountedBack();
        } catch (RuntimeException refused) {
            LOG.log(Level.DEBUG, "a WebAuthn signature does not hold: {0}", refused.toString());
            return new Judgement.Bad();
        }
    }

    private ServerProperty expected(String challenge) {
        return ServerProperty.builder()
                .origins(party.origins().stream().map(Origin::create).collect(Collectors.toSet()))
                .rpId(party.id())
                .challenge(new DefaultChallenge(challenge))
                .build();
    }
}
