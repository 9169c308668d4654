package dev.galley.auth.oauth;

import dev.galley.auth.config.OAuthSettings;
import dev.galley.auth.config.ProviderSettings;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Finds providers by name: those of the settings and those that administrators added. */
final class Providers {
    private final Parts parts;
    private final OAuthSettings settings;
    private final SecretBox secrets;

    Providers(Parts parts, SecretBox secrets) {
        this.parts = parts;
        this.settings = parts.settings().oauth();
        this.secrets = secrets;
    }

    /** @throws AuthException when there is none, or users must not sign in by it */
    Provider require(String name) throws SQLException {
        return find(name)
                .orElseThrow(() -> AuthError.of(
                                400, ErrorCode.VALIDATION_FAILED, "Unsupported provider: provider is not enabled")
                        .thrown());
    }

    /** The only provider whose ID tokens are from this issuer. */
    Optional<Provider> byIssuer(String issuer) {
        List<Provider> all = settings.providers().entrySet().stream()
                .filter(entry -> entry.getValue().enabled())
                .map(entry -> configured(entry.getKey(), entry.getValue()))
                .filter(provider -> provider.spec().issuers().contains(issuer))
                .toList();
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    private Optional<Provider> find(String name) throws SQLException {
        if (!name.startsWith(CustomProviderRow.PREFIX)) {
            return Optional.ofNullable(settings.providers().get(name))
                    .filter(ProviderSettings::enabled)
                    .map(each -> configured(name, each));
        }
        if (!settings.customEnabled()) {
            return Optional.empty();
        }
        Optional<CustomProviderRow> row = parts.transaction(connection -> CustomProviderRow.find(connection, name));
        return row.flatMap(each -> secrets.open(each.text("client_secret").orElse(""), name)
                .map(each::provider)
                .filter(provider -> provider.settings().enabled()));
    }

    private static Provider configured(String name, ProviderSettings settings) {
        return new Provider(name, ProviderTable.spec(name, settings), settings);
    }
}
