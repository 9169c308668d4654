package dev.galley.server;

import dev.galley.auth.hook.Hook;
import dev.galley.auth.oauth.ProviderTable;
import dev.galley.settings.Layer;
import dev.galley.settings.TomlLayer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An existing {@code supabase/config.toml} as a layer of settings: the keys that mean something to us under our names.
 * Its other keys belong to services that this program does not have, or to the tool that the file was written for.
 */
final class SupabaseConfig {
    static final String NAME = "supabase/config.toml";

    /** Its keys to ours. A test checks that each of ours is a setting. */
    static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("api.port", "http.port"),
            Map.entry("api.schemas", "api.schemas"),
            Map.entry("api.extra_search_path", "api.extra-search-path"),
            Map.entry("api.max_rows", "query.max-rows"),
            Map.entry("api.auto_expose_new_tables", "api.auto-expose-new-tables"),
            Map.entry("db.port", "postgres.port"),
            Map.entry("auth.site_url", "auth.site-url"),
            Map.entry("auth.additional_redirect_urls", "auth.additional-redirect-urls"),
            Map.entry("auth.enable_signup", "auth.enable-signup"),
            Map.entry("auth.enable_anonymous_sign_ins", "auth.enable-anonymous-sign-ins"),
            Map.entry("auth.enable_manual_linking", "auth.enable-manual-linking"),
            Map.entry("auth.enable_refresh_token_rotation", "auth.enable-refresh-token-rotation"),
            Map.entry("auth.password_requirements", "auth.password-requirements"),
            Map.entry("auth.minimum_password_length", "auth.minimum-password-length"),
            Map.entry("auth.email.enable_signup", "auth.email.enable-signup"),
            Map.entry("auth.email.enable_confirmations", "auth.email.enable-confirmations"),
            Map.entry("auth.email.double_confirm_changes", "auth.email.double-confirm-changes"),
            Map.entry("auth.email.secure_password_change", "auth.email.secure-password-change"),
            Map.entry("auth.email.otp_length", "auth.email.otp-length"),
            Map.entry("auth.email.smtp.host", "auth.email.smtp.host"),
            Map.entry("auth.email.smtp.port", "auth.email.smtp.port"),
            Map.entry("auth.email.smtp.user", "auth.email.smtp.user"),
            Map.entry("auth.email.smtp.pass", "auth.email.smtp.pass"),
            Map.entry("auth.email.smtp.admin_email", "auth.email.smtp.admin-email"),
            Map.entry("auth.email.smtp.sender_name", "auth.email.smtp.sender-name"),
            Map.entry("auth.oauth_server.enabled", "auth.oauth-server.enabled"),
            Map.entry("auth.oauth_server.authorization_url_path", "auth.oauth-server.authorization-url-path"),
            Map.entry("auth.oauth_server.allow_dynamic_registration", "auth.oauth-server.allow-dynamic-registration"),
            Map.entry("auth.saml.enabled", "auth.saml.enabled"),
            Map.entry("auth.saml.external_url", "auth.saml.external-url"),
            Map.entry("auth.saml.private_key", "auth.saml.private-key"),
            Map.entry("auth.saml.private_key_next", "auth.saml.private-key-next"),
            Map.entry("auth.saml.allow_encrypted_assertions", "auth.saml.allow-encrypted-assertions"),
            Map.entry("auth.saml.relay_state_validity_period", "auth.saml.relay-state-validity-period"),
            Map.entry("auth.rate_limit.sso", "auth.rate-limit.sso"),
            Map.entry("auth.web3.solana.enabled", "auth.web3.solana.enabled"),
            Map.entry("auth.web3.ethereum.enabled", "auth.web3.ethereum.enabled"),
            Map.entry("auth.mfa.max_enrolled_factors", "auth.mfa.max-enrolled-factors"),
            Map.entry("auth.mfa.totp.enroll_enabled", "auth.mfa.totp.enroll-enabled"),
            Map.entry("auth.mfa.totp.verify_enabled", "auth.mfa.totp.verify-enabled"),
            Map.entry("auth.mfa.phone.enroll_enabled", "auth.mfa.phone.enroll-enabled"),
            Map.entry("auth.mfa.phone.verify_enabled", "auth.mfa.phone.verify-enabled"),
            Map.entry("auth.mfa.web_authn.enroll_enabled", "auth.mfa.web-authn.enroll-enabled"),
            Map.entry("auth.mfa.web_authn.verify_enabled", "auth.mfa.web-authn.verify-enabled"),
            Map.entry("auth.mfa.phone.otp_length", "auth.mfa.phone.otp-length"),
            Map.entry("auth.mfa.phone.max_frequency", "auth.mfa.phone.max-frequency"),
            Map.entry("auth.passkey.enabled", "auth.passkey.enabled"),
            Map.entry("auth.webauthn.rp_display_name", "auth.webauthn.rp-display-name"),
            Map.entry("auth.webauthn.rp_id", "auth.webauthn.rp-id"),
            Map.entry("auth.webauthn.rp_origins", "auth.webauthn.rp-origins"),
            Map.entry("auth.captcha.enabled", "auth.captcha.enabled"),
            Map.entry("auth.captcha.provider", "auth.captcha.provider"),
            Map.entry("auth.captcha.secret", "auth.captcha.secret"),
            Map.entry("auth.email.template.confirmation.subject", "auth.email.template.confirmation.subject"),
            Map.entry("auth.email.template.confirmation.content_path", "auth.email.template.confirmation.content-path"),
            Map.entry("auth.email.template.invite.subject", "auth.email.template.invite.subject"),
            Map.entry("auth.email.template.invite.content_path", "auth.email.template.invite.content-path"),
            Map.entry("auth.email.template.recovery.subject", "auth.email.template.recovery.subject"),
            Map.entry("auth.email.template.recovery.content_path", "auth.email.template.recovery.content-path"),
            Map.entry("auth.email.template.magic_link.subject", "auth.email.template.magic-link.subject"),
            Map.entry("auth.email.template.magic_link.content_path", "auth.email.template.magic-link.content-path"),
            Map.entry("auth.email.template.email_change.subject", "auth.email.template.email-change.subject"),
            Map.entry("auth.email.template.email_change.content_path", "auth.email.template.email-change.content-path"),
            Map.entry("auth.email.template.reauthentication.subject", "auth.email.template.reauthentication.subject"),
            Map.entry(
                    "auth.email.template.reauthentication.content_path",
                    "auth.email.template.reauthentication.content-path"),
            Map.entry("auth.jwt_expiry", "auth.jwt-expiry"),
            Map.entry("auth.refresh_token_reuse_interval", "auth.refresh-token-reuse-interval"),
            Map.entry("auth.external_url", "auth.external-url"),
            Map.entry("auth.email.max_frequency", "auth.email.max-frequency"),
            Map.entry("auth.email.otp_expiry", "auth.email.otp-expiry"),
            Map.entry("auth.sms.enable_signup", "auth.sms.enabled"),
            Map.entry("auth.sms.template", "auth.sms.template"),
            Map.entry("auth.mfa.phone.template", "auth.mfa.phone.template"),
            Map.entry("auth.sms.enable_confirmations", "auth.sms.enable-confirmations"),
            Map.entry("auth.sms.max_frequency", "auth.sms.max-frequency"),
            Map.entry("auth.sessions.timebox", "auth.sessions.timebox"),
            Map.entry("auth.sessions.inactivity_timeout", "auth.sessions.inactivity-timeout"),
            Map.entry("auth.rate_limit.anonymous_users", "auth.rate-limit.anonymous-users"),
            Map.entry("auth.rate_limit.token_refresh", "auth.rate-limit.token-refresh"),
            Map.entry("auth.rate_limit.token_verifications", "auth.rate-limit.token-verifications"),
            Map.entry("auth.rate_limit.sms_sent", "auth.rate-limit.sms-sent"),
            Map.entry("auth.rate_limit.web3", "auth.rate-limit.web3"),
            Map.entry("auth.rate_limit.sign_in_sign_ups", "auth.rate-limit.sign-ups"),
            Map.entry("auth.rate_limit.email_sent", "auth.rate-limit.email-sent"),
            Map.entry("auth.signing_keys_path", "auth.signing-keys-path"),
            Map.entry("inbucket.port", "auth.mailbox.port"),
            Map.entry("auth.jwt_secret", "auth.jwt-secret"),
            Map.entry("auth.anon_key", "auth.anon-key"),
            Map.entry("auth.service_role_key", "auth.service-role-key"),
            Map.entry("auth.publishable_key", "auth.publishable-key"),
            Map.entry("auth.secret_key", "auth.secret-key"),
            Map.entry("storage.file_size_limit", "storage.file-size-limit"));

    /** Written there as whole numbers of seconds. */
    private static final Set<String> SECONDS =
            Set.of("auth.jwt_expiry", "auth.refresh_token_reuse_interval", "auth.email.otp_expiry");

    private static final String SMTP = "auth.email.smtp.";
    private static final String AUTH = "auth.";
    private static final String EXTERNAL = "auth.external.";
    private static final List<String> SWITCHES = List.of("enabled", "enable_signup", "enroll_enabled");
    private static final String BUCKETS = "storage.buckets.";
    private static final String TEST_NUMBERS = "auth.sms.test_otp.";

    private static final String NOTIFICATION = "auth.email.notification.";
    private static final List<String> NOTIFICATIONS = List.of(
            "password_changed",
            "email_changed",
            "phone_changed",
            "identity_linked",
            "identity_unlinked",
            "mfa_factor_enrolled",
            "mfa_factor_unenrolled");

    private static final List<String> PROVIDER_KEYS =
            List.of("enabled", "client_id", "secret", "redirect_uri", "url", "skip_nonce_check", "email_optional");

    /** The tables that count only when they are enabled, with their keys. */
    private static final Map<String, List<String>> TABLES = tables();

    private SupabaseConfig() {}

    private static Map<String, List<String>> tables() {
        Map<String, List<String>> tables = new HashMap<>();
        ProviderTable.names().forEach(name -> tables.put("auth.external." + name + ".", PROVIDER_KEYS));
        for (Hook hook : Hook.values()) {
            tables.put(hook.key().replace('-', '_') + ".", List.of("enabled", "uri", "secrets"));
        }
        tables.put("auth.sms.twilio.", List.of("enabled", "account_sid", "message_service_sid", "auth_token"));
        tables.put("auth.sms.messagebird.", List.of("enabled", "originator", "access_key"));
        tables.put("auth.sms.vonage.", List.of("enabled", "from", "api_key", "api_secret"));
        tables.put("auth.sms.textlocal.", List.of("enabled", "sender", "api_key"));
        return Map.copyOf(tables);
    }

    static Optional<Layer> read(ProjectFolder folder, Map<String, String> environment) {
        return Files.exists(folder.supabaseSettings())
                ? Optional.of(translated(
                        TomlLayer.read(folder.supabaseSettings(), NAME, environment),
                        folder.supabaseSettings().toAbsolutePath().resolveSibling("")))
                : Optional.empty();
    }

    /** Of providers and hooks only those that are enabled: the others name variables of the environment that nobody has set. */
    static Layer translated(TomlLayer file, Path folder) {
        Map<String, String> keys = new HashMap<>(KEYS);
        NOTIFICATIONS.forEach(name -> keys.putAll(notification(name)));
        TABLES.forEach((table, names) -> {
            if (enabled(file, table)) {
                names.forEach(name -> keys.put(table + name, ours(table + name)));
            }
        });
        file.below(TEST_NUMBERS)
                .keySet()
                .forEach(number -> keys.put(TEST_NUMBERS + number, ours(TEST_NUMBERS) + number));
        for (String bucket : file.below(BUCKETS).keySet()) {
            // Files to put into it are not taken from there.
            if (!bucket.endsWith(".objects_path")) {
                keys.put(BUCKETS + bucket, BUCKETS + bucket);
            }
        }
        if (!enabled(file, SMTP)) {
            // As with the tool that the file is for: what goes to the developer's mailbox is not counted.
            keys.remove("auth.rate_limit.email_sent");
        }
        TomlLayer ours = SupabaseThirdParty.added(file, file.translated(keys, SECONDS, "s"));
        for (String key : keys.values()) {
            if (key.endsWith("-path") && !key.equals("auth.oauth-server.authorization-url-path")) {
                ours = ours.changed(key, path -> resolved(folder, path));
            }
        }
        return ours;
    }

    private static Map<String, String> notification(String name) {
        String mail = ours("auth.email.template." + name + "_notification.");
        return Map.of(
                NOTIFICATION + name + ".enabled", ours(NOTIFICATION + name + ".enabled"),
                NOTIFICATION + name + ".subject", mail + "subject",
                NOTIFICATION + name + ".content_path", mail + "content-path");
    }

    /** Paths start where the file lies, or, as older ones have it, in the folder above. */
    private static String resolved(Path folder, String path) {
        Path beside = folder.resolve(path).normalize();
        Path above = folder.resolveSibling(path).normalize();
        return (Files.exists(beside) || !Files.exists(above) ? beside : above).toString();
    }

    /** What the file says of sign-in that means nothing to us although it is on: for a warning. */
    static List<String> ignored(ProjectFolder folder, Map<String, String> environment) {
        return Files.exists(folder.supabaseSettings())
                ? ignored(TomlLayer.read(folder.supabaseSettings(), NAME, environment))
                : List.of();
    }

    static List<String> ignored(TomlLayer file) {
        Set<String> known = new HashSet<>(KEYS.keySet());
        known.add(AUTH + "enabled");
        known.add(SMTP + "enabled");
        TABLES.forEach((table, names) -> names.forEach(name -> known.add(table + name)));
        known.add(TEST_NUMBERS + "*");
        NOTIFICATIONS.forEach(name -> known.addAll(notification(name).keySet()));
        known.addAll(SupabaseThirdParty.keys());
        return file.strangers(known).stream()
                .filter(stranger -> stranger.key().startsWith(AUTH) && !off(file, stranger.key()))
                .map(stranger -> stranger.name() + " (" + stranger.origin() + ")")
                .toList();
    }

    /** The names of providers hold no hyphen: what has an underscore there has it here too. */
    private static String ours(String key) {
        int name = key.startsWith(EXTERNAL) ? key.lastIndexOf('.') : 0;
        return key.substring(0, name) + key.substring(name).replace('_', '-');
    }

    /** Whether it stands in a table that is switched off, or is a switch that is. */
    private static boolean off(TomlLayer file, String key) {
        for (int dot = key.lastIndexOf('.'); dot > AUTH.length(); dot = key.lastIndexOf('.', dot - 1)) {
            String table = key.substring(0, dot + 1);
            if (SWITCHES.stream().anyMatch(name -> says(file, table + name, "false"))) {
                return true;
            }
        }
        return SWITCHES.stream().anyMatch(name -> key.endsWith("." + name)) && says(file, key, "false");
    }

    private static boolean says(TomlLayer file, String key, String value) {
        return file.find(key).filter(given -> given.text().equals(value)).isPresent();
    }

    private static boolean enabled(TomlLayer file, String table) {
        return says(file, table + "enabled", "true");
    }
}
