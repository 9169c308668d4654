package dev.galley.auth.config;

import java.util.List;
import java.util.Optional;

/**
 * As whom this project is known to a provider.
 *
 * @param clientIds the first one asks for sign-ins; ID tokens for the others (mobile applications) are taken too
 * @param redirectUri as registered with the provider; empty for {@code /callback} of this service
 * @param url where a provider is that everybody runs themselves
 * @param emailOptional whether a user may come without any e-mail address
 * @param trustEmail whether the provider's addresses count as verified although it does not say so
 * @param tenants the Azure tenants whose users may sign in; empty for those that the URL lets in
 */
public record ProviderSettings(
        boolean enabled,
        List<String> clientIds,
        String secret,
        Optional<String> redirectUri,
        Optional<String> url,
        boolean skipNonceCheck,
        boolean emailOptional,
        boolean trustEmail,
        List<String> tenants) {

    public String clientId() {
        return clientIds.getFirst();
    }

    /** Never prints a secret. */
    @Override
    public String toString() {
        return "ProviderSettings[enabled=" + enabled + "]";
    }
}
