package dev.galley.auth.flow;

import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.sms.SmsProvider;
import dev.galley.identity.StrictJson;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** What anybody may know of the service: that it runs, what is enabled, and the keys that its tokens are verified with. */
public final class PublicInfo {
    private static final List<String> PROVIDERS = List.of(
            "apple",
            "azure",
            "bitbucket",
            "discord",
            "facebook",
            "figma",
            "fly",
            "github",
            "gitlab",
            "google",
            "kakao",
            "keycloak",
            "linkedin",
            "linkedin_oidc",
            "notion",
            "slack",
            "slack_oidc",
            "snapchat",
            "spotify",
            "twitch",
            "twitter",
            "vercel_marketplace",
            "workos",
            "x",
            "zoom");

    private final AuthSettings settings;
    private final String version;
    private final Supplier<String> jwks;

    /** @param jwks the public keys, as a JWK set */
    public PublicInfo(AuthSettings settings, String version, Supplier<String> jwks) {
        this.settings = settings;
        this.version = version;
        this.jwks = jwks;
    }

    public Reply health(AuthRequest request) {
        return Reply.ok(StrictJson.newObject()
                .put("version", version)
                .put("name", "GoTrue")
                .put("description", "Galley: sign-in in the protocol of GoTrue"));
    }

    public Reply settings(AuthRequest request) {
        ObjectNode json = StrictJson.newObject();
        ObjectNode external = json.putObject("external");
        external.put("anonymous_users", settings.anonymousEnabled());
        PROVIDERS.forEach(provider -> external.put(provider, settings.oauth().enabled(provider)));
        external.put("email", settings.email().enabled());
        external.put("phone", settings.phone().enabled());
        json.put("disable_signup", !settings.signupEnabled());
        json.put("mailer_autoconfirm", !settings.email().confirm());
        json.put("phone_autoconfirm", !settings.phone().confirm());
        json.put(
                "sms_provider", settings.sms().provider().map(SmsProvider::name).orElse(""));
        json.put("saml_enabled", settings.saml().enabled());
        json.put("saml_private_key_next_configured", settings.saml().nextKey().isPresent());
        json.put("passkeys_enabled", settings.webAuthn().passkeys());
        return Reply.ok(json);
    }

    public Reply jwks(AuthRequest request) {
        return Reply.ok(StrictJson.read(jwks.get())).with("Cache-Control", "public, max-age=600");
    }
}
