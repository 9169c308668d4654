package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.hook.Hook;
import dev.galley.auth.mail.MailType;
import dev.galley.settings.Layer;
import dev.galley.settings.Settings;
import dev.galley.settings.SettingsException;
import dev.galley.settings.TomlLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an existing project says of sign-in counts here too, or a warning says that it does not. */
class SupabaseConfigTest {
    private static TomlLayer file(String text) {
        return TomlLayer.parse(text, SupabaseConfig.NAME, Map.of());
    }

    private static Layer translated(TomlLayer file) {
        return SupabaseConfig.translated(file, Path.of("/project/supabase"));
    }

    private static String text(Layer layer, String key) {
        return layer.find(key).orElseThrow().text();
    }

    @Test
    void pathsStartWhereTheFileLiesOrAbove(@TempDir Path project) throws IOException {
        Path folder = project.resolve("supabase");
        Files.createDirectories(folder.resolve("templates"));
        Files.writeString(folder.resolve("signing_keys.json"), "[]");
        Files.writeString(folder.resolve("templates/invite.html"), "<p>{{ .ConfirmationURL }}</p>");
        TomlLayer file = file("""
                [auth]
                signing_keys_path = "./signing_keys.json"
                [auth.email.template.invite]
                content_path = "./supabase/templates/invite.html"
                [auth.email.notification.password_changed]
                enabled = true
                subject = "Changed"
                content_path = "./templates/invite.html"
                [inbucket]
                port = 54999
                """);
        Layer ours = SupabaseConfig.translated(file, folder);
        assertThat(text(ours, "auth.signing-keys-path"))
                .isEqualTo(folder.resolve("signing_keys.json").toString());
        assertThat(text(ours, "auth.email.template.invite.content-path"))
                .isEqualTo(folder.resolve("templates/invite.html").toString());
        assertThat(text(ours, "auth.email.template.password-changed-notification.content-path"))
                .isEqualTo(folder.resolve("templates/invite.html").toString());
        assertThat(SupabaseConfig.ignored(file)).isEmpty();
        AuthSettings auth = AuthSettings.from(new Settings(ours));
        assertThat(auth.mail().mailboxPort()).isEqualTo(54999);
        assertThat(auth.mail().notices()).containsExactly(MailType.PASSWORD_CHANGED_NOTIFICATION);
    }

    @Test
    void durationsAreThoseOfTheOriginal() {
        AuthSettings auth = AuthSettings.from(new Settings(translated(file("""
                [auth.email]
                max_frequency = "1m0s"
                [auth.sessions]
                timebox = "72h0m0s"
                inactivity_timeout = "1h30m"
                """))));
        assertThat(auth.email().minInterval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(auth.sessions().timebox()).contains(Duration.ofHours(72));
        assertThat(auth.sessions().inactivity()).contains(Duration.ofMinutes(90));
    }

    @Test
    void anotherProvidersTokensCountWithItsIssuer() {
        Map<String, String[]> providers = Map.of(
                "[auth.third_party.firebase]\nenabled = true\nproject_id = \"my-app\"",
                new String[] {
                    "https://securetoken.google.com/my-app",
                    "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com"
                },
                "[auth.third_party.auth0]\nenabled = true\ntenant = \"t\"\ntenant_region = \"us\"",
                new String[] {"https://t.us.auth0.com/", "https://t.us.auth0.com/.well-known/jwks.json"},
                "[auth.third_party.aws_cognito]\nenabled = true\nuser_pool_id = \"us-east-1_a\"\nuser_pool_region = \"us-east-1\"",
                new String[] {
                    "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_a",
                    "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_a/.well-known/jwks.json"
                },
                "[auth.third_party.clerk]\nenabled = true\ndomain = \"x.clerk.accounts.dev\"",
                new String[] {"https://x.clerk.accounts.dev", "https://x.clerk.accounts.dev/.well-known/jwks.json"});
        providers.forEach((text, wanted) -> {
            Layer ours = translated(file(text));
            assertThat(text(ours, "auth.jwks-issuer")).isEqualTo(wanted[0]);
            assertThat(text(ours, "auth.jwks-url")).isEqualTo(wanted[1]);
            assertThat(SupabaseConfig.ignored(file(text))).isEmpty();
        });
        assertThat(translated(file("[auth.third_party.clerk]\nenabled = false\ndomain = \"x\""))
                        .find("auth.jwks-url"))
                .isEmpty();
        for (String bad : List.of(
                "[auth.third_party.clerk]\nenabled = true",
                "[auth.third_party.clerk]\nenabled = true\ndomain = \"evil.example.com/x?\"",
                "[auth.third_party.clerk]\nenabled = true\ndomain = \"a.dev\"\n[auth.third_party.firebase]\nenabled = true\nproject_id = \"x\"")) {
            assertThatThrownBy(() -> translated(file(bad))).isInstanceOf(SettingsException.class);
        }
    }

    @Test
    void signInIsAsTheProjectHasIt() {
        TomlLayer file = file("""
                [auth]
                enabled = true
                jwt_expiry = 1800
                refresh_token_reuse_interval = 20
                [auth.email]
                max_frequency = "1s"
                otp_expiry = 600
                [auth.rate_limit]
                email_sent = 2
                sign_in_sign_ups = 7
                [auth.sessions]
                timebox = "24h"
                inactivity_timeout = "8h"
                [auth.mfa]
                max_enrolled_factors = 3
                [auth.mfa.totp]
                enroll_enabled = false
                verify_enabled = false
                """);
        TomlLayer ours = (TomlLayer) translated(file);
        AuthSettings auth = AuthSettings.from(new Settings(ours));
        assertThat(auth.sessions().jwtExpiry()).isEqualTo(Duration.ofMinutes(30));
        assertThat(auth.sessions().reuseInterval()).isEqualTo(Duration.ofSeconds(20));
        assertThat(auth.sessions().timebox()).contains(Duration.ofDays(1));
        assertThat(auth.sessions().inactivity()).contains(Duration.ofHours(8));
        assertThat(auth.email().otpExpiry()).isEqualTo(Duration.ofMinutes(10));
        assertThat(auth.email().minInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(auth.rates().signUps().number()).isEqualTo(7);
        assertThat(ours.find("auth.mfa.totp.enroll-enabled").orElseThrow().text())
                .isEqualTo("false");
        assertThat(ours.find("auth.mfa.max-enrolled-factors").orElseThrow().text())
                .isEqualTo("3");
        assertThat(ours.find("auth.rate-limit.email-sent"))
                .as("counts only with a mail server")
                .isEmpty();
        assertThat(SupabaseConfig.ignored(file)).isEmpty();
    }

    @Test
    void hooksAndSmsAreAsTheProjectHasThem() {
        TomlLayer file = file("""
                [auth.sms]
                enable_signup = true
                template = "Shop: {{ .Code }}"
                [auth.sms.twilio]
                enabled = true
                account_sid = "AC1"
                message_service_sid = "MG1"
                auth_token = "token"
                [auth.sms.vonage]
                enabled = false
                api_secret = "env(NOT_SET)"
                [auth.sms.test_otp]
                4152127777 = "123456"
                [auth.hook.before_user_created]
                enabled = true
                uri = "pg-functions://postgres/public/check"
                [auth.hook.send_sms]
                enabled = false
                secrets = "env(NOT_SET)"
                """);
        AuthSettings auth = AuthSettings.from(new Settings(translated(file)));
        assertThat(auth.phone().enabled()).isTrue();
        assertThat(auth.sms().provider().orElseThrow().name()).isEqualTo("twilio");
        assertThat(auth.sms().text("1234")).isEqualTo("Shop: 1234");
        assertThat(auth.sms().testCodes()).containsEntry("4152127777", "123456");
        assertThat(auth.hooks().targets()).containsOnlyKeys(Hook.BEFORE_USER_CREATED);
        assertThat(SupabaseConfig.ignored(file)).isEmpty();
    }

    @Test
    void whatIsOnAndMeansNothingHereIsNamed() {
        TomlLayer file = file("""
                [auth]
                jwt_issuer = "https://issuer.example"
                [auth.sms.twilio_verify]
                enabled = false
                account_sid = "x"
                [auth.third_party.workos]
                enabled = true
                issuer_url = "y"
                [auth.web3.bitcoin]
                enabled = false
                [auth.web3.solana]
                enabled = true
                [auth.saml]
                enabled = true
                relay_state_validity_period = "5m"
                [storage]
                file_size_limit = "50MiB"
                """);
        assertThat(SupabaseConfig.ignored(file))
                .containsExactly(
                        "auth.jwt_issuer (supabase/config.toml:2)",
                        "auth.third_party.workos.enabled (supabase/config.toml:7)",
                        "auth.third_party.workos.issuer_url (supabase/config.toml:8)");
    }
}
