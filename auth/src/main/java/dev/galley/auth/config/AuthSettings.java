package dev.galley.auth.config;

import dev.galley.auth.audit.AuditSettings;
import dev.galley.auth.captcha.CaptchaSettings;
import dev.galley.auth.cleanup.CleanUpSettings;
import dev.galley.auth.factor.MfaSettings;
import dev.galley.auth.hook.HookSettings;
import dev.galley.auth.limit.RateSettings;
import dev.galley.auth.mail.MailSettings;
import dev.galley.auth.password.PasswordSettings;
import dev.galley.auth.sms.SmsSettings;
import dev.galley.auth.token.SessionSettings;
import dev.galley.auth.webauthn.WebAuthnSettings;
import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How users sign in, under {@code auth.}.
 *
 * @param siteUrl where users are sent when nothing else was asked for, and the base of relative addresses
 * @param externalUrl of {@code /auth/v1} as users reach it; empty for the address that the program listens on
 * @param redirectUrls further addresses to which users may be sent: exact, or with {@code *} and {@code **}
 * @param maxRequests worked on at a time
 */
public record AuthSettings(
        URI siteUrl,
        Optional<URI> externalUrl,
        List<String> redirectUrls,
        boolean signupEnabled,
        boolean anonymousEnabled,
        boolean manualLinking,
        Channel email,
        Channel phone,
        boolean doubleConfirmEmailChange,
        PasswordSettings passwords,
        SessionSettings sessions,
        RateSettings rates,
        MailSettings mail,
        SmsSettings sms,
        MfaSettings mfa,
        WebAuthnSettings webAuthn,
        CaptchaSettings captcha,
        OAuthSettings oauth,
        OAuthServerSettings oauthServer,
        SamlSettings saml,
        Web3Settings web3,
        HookSettings hooks,
        CleanUpSettings cleanUp,
        AuditSettings audit,
        Duration requestTimeout,
        int maxRequests,
        int maxBody) {

    /**
     * E-mail or phone as a way to sign in.
     *
     * @param confirm whether a new address must be confirmed before its owner can sign in
     * @param otpLength digits
     * @param minInterval between two messages to one user
     */
    public record Channel(
            boolean enabled,
            boolean signup,
            boolean confirm,
            int otpLength,
            Duration otpExpiry,
            Duration minInterval) {}

    public static AuthSettings from(SettingsReader reader) {
        return new AuthSettings(
                url(
                        "auth.site-url",
                        reader.text(
                                "auth.site-url",
                                "http://127.0.0.1:3000",
                                "Address of your application: where links in mails and sign-ins lead when no other is"
                                        + " asked for.")),
                reader.optionalText(
                                "auth.external-url",
                                "Address of /auth/v1 as users reach it, for links in mails and as issuer of tokens."
                                        + " Default: the address that the program listens on.")
                        .map(text -> url("auth.external-url", text)),
                reader.list(
                        "auth.additional-redirect-urls",
                        List.of(),
                        "Further addresses that users may be sent to: exact, or patterns in which * stands for any text"
                                + " without / and . and ** for any text."),
                reader.flag("auth.enable-signup", true, "Whether new users may sign up by themselves."),
                reader.flag("auth.enable-anonymous-sign-ins", false, "Whether one may sign in without any address."),
                reader.flag(
                        "auth.enable-manual-linking",
                        false,
                        "Whether users may link and unlink further identities by themselves."),
                new Channel(
                        reader.flag("auth.email.enabled", true, "Whether users can sign in by e-mail."),
                        reader.flag("auth.email.enable-signup", true, "Whether new users may sign up by e-mail."),
                        reader.flag(
                                "auth.email.enable-confirmations",
                                true,
                                "Whether a new e-mail address must be confirmed before its owner can sign in."),
                        reader.integer("auth.email.otp-length", 6, 6, 10, "Digits of codes sent by e-mail."),
                        reader.duration(
                                "auth.email.otp-expiry",
                                Duration.ofHours(1),
                                "How long codes and links sent by e-mail hold."),
                        reader.duration(
                                "auth.email.max-frequency",
                                Duration.ofSeconds(60),
                                "Time between two mails of one kind to one user.")),
                new Channel(
                        reader.flag("auth.sms.enabled", false, "Whether users can sign in by phone."),
                        reader.flag("auth.sms.enable-signup", true, "Whether new users may sign up by phone."),
                        reader.flag(
                                "auth.sms.enable-confirmations",
                                true,
                                "Whether a new phone number must be confirmed before its owner can sign in."),
                        reader.integer("auth.sms.otp-length", 6, 6, 10, "Digits of codes sent by SMS."),
                        reader.duration(
                                "auth.sms.otp-expiry", Duration.ofSeconds(60), "How long codes sent by SMS hold."),
                        reader.duration(
                                "auth.sms.max-frequency", Duration.ofSeconds(60), "Time between two SMS to one user.")),
                reader.flag(
                        "auth.email.double-confirm-changes",
                        true,
                        "Whether a change of e-mail address must be confirmed at the old address as well."),
                PasswordSettings.from(reader),
                SessionSettings.from(reader),
                RateSettings.from(reader),
                MailSettings.from(reader),
                SmsSettings.from(reader),
                MfaSettings.from(reader),
                WebAuthnSettings.from(reader),
                CaptchaSettings.from(reader),
                OAuthSettings.from(reader),
                OAuthServerSettings.from(reader),
                SamlSettings.from(reader),
                Web3Settings.from(reader),
                HookSettings.from(reader),
                CleanUpSettings.from(reader),
                AuditSettings.from(reader),
                reader.duration(
                        "auth.request-timeout",
                        Duration.ofSeconds(10),
                        "Time for the answer to a request for sign-in; after it the request is given up."),
                reader.integer(
                        "auth.max-requests",
                        256,
                        1,
                        100_000,
                        "Requests for sign-in worked on at a time; more are answered 429."),
                (int) reader.bytes("auth.max-body", 1 << 20, "Largest body of a request for sign-in, in bytes."));
    }

    private static URI url(String key, String text) {
        try {
            URI url = URI.create(text);
            if (url.getHost() == null && !"opaque".equals(url.getScheme()) && url.getScheme() == null) {
                throw new SettingsException(key + ": is not an absolute URL");
            }
            return url;
        } catch (IllegalArgumentException e) {
            throw new SettingsException(key + ": is not a URL");
        }
    }
}
