package dev.galley.auth.captcha;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * @param secret of the project at the service
 * @param url where tokens are verified
 */
public record CaptchaSettings(boolean enabled, String secret, URI url, Duration timeout) {

    /** Services with the same protocol. */
    public enum Provider {
        HCAPTCHA,
        TURNSTILE;

        private URI url() {
            return URI.create(
                    switch (this) {
                        case HCAPTCHA -> "https://hcaptcha.com/siteverify";
                        case TURNSTILE -> "https://challenges.cloudflare.com/turnstile/v0/siteverify";
                    });
        }
    }

    public static CaptchaSettings from(SettingsReader reader) {
        boolean enabled = reader.flag(
                "auth.captcha.enabled",
                false,
                "Whether signing up, signing in and asking for mails needs a token of a CAPTCHA service.");
        Provider provider = reader.choice("auth.captcha.provider", Provider.HCAPTCHA, "The CAPTCHA service.");
        Optional<String> secret = reader.secret("auth.captcha.secret", "The project's secret at the CAPTCHA service.");
        Optional<String> url = reader.optionalText(
                "auth.captcha.url", "Where tokens are verified. Default: the address of the service.");
        if (enabled && secret.isEmpty()) {
            throw new SettingsException("auth.captcha.secret: is needed when auth.captcha.enabled is set");
        }
        return new CaptchaSettings(
                enabled,
                secret.orElse(""),
                url.map(URI::create).orElseGet(provider::url),
                reader.duration(
                        "auth.captcha.timeout", Duration.ofSeconds(10), "Time for the CAPTCHA service to answer."));
    }

    /** Never prints the secret. */
    @Override
    public String toString() {
        return "CaptchaSettings[enabled=" + enabled + ", url=" + url + "]";
    }
}
