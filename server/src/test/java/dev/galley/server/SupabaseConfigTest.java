package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.config.AuthSettings;
import dev.galley.auth.hook.Hook;
import dev.galley.settings.Settings;
import dev.galley.settings.TomlLayer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an existing project says of sign-in counts here too, or a warning says that it does not. */
class SupabaseConfigTest {
    private static TomlLayer file(String text) {
        return TomlLayer.parse(text, SupabaseConfig.NAME, Map.of());
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
        TomlLayer ours = (TomlLayer) SupabaseConfig.translated(file);
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
        AuthSettings auth = AuthSettings.from(new Settings(SupabaseConfig.translated(file)));
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
            signing_keys_path = "./keys.json"
            [auth.third_party.clerk]
            enabled = false
            domain = "x"
            [auth.third_party.auth0]
            enabled = true
            tenant = "y"
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
                        "auth.signing_keys_path (supabase/config.toml:2)",
                        "auth.third_party.auth0.enabled (supabase/config.toml:7)",
                        "auth.third_party.auth0.tenant (supabase/config.toml:8)");
    }
}
