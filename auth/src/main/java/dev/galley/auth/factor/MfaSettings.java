package dev.galley.auth.factor;

import dev.galley.auth.limit.RateSettings.Rate;
import dev.galley.settings.SettingsReader;
import java.time.Duration;

/**
 * Second factors, under {@code auth.mfa.}.
 *
 * @param maxFactors of one user
 * @param challengeExpiry how long a challenge can be answered
 * @param enrolmentExpiry how long a factor may wait for its first code
 * @param guesses wrong codes for one factor, from everywhere
 */
public record MfaSettings(
        Kind totp,
        Kind phone,
        Kind webAuthn,
        int phoneOtpLength,
        Duration phoneInterval,
        int maxFactors,
        Duration challengeExpiry,
        Duration enrolmentExpiry,
        Rate guesses,
        int recoveryCodes) {

    /**
     * @param enroll whether users can add such factors
     * @param verify whether such factors can be used
     */
    public record Kind(boolean enroll, boolean verify) {}

    public static MfaSettings from(SettingsReader reader) {
        return new MfaSettings(
                kind(reader, "totp", true, "authenticator apps (TOTP)"),
                kind(reader, "phone", false, "phones"),
                kind(reader, "web-authn", false, "security keys and other WebAuthn authenticators"),
                reader.integer(
                        "auth.mfa.phone.otp-length", 6, 6, 10, "Digits of codes sent to a phone as second factor."),
                reader.duration(
                        "auth.mfa.phone.max-frequency",
                        Duration.ofSeconds(5),
                        "Time between two codes sent to one user's phones as second factor."),
                reader.integer("auth.mfa.max-enrolled-factors", 10, 1, 100, "Second factors that a user may have."),
                reader.duration(
                        "auth.mfa.challenge-expiry",
                        Duration.ofMinutes(5),
                        "How long a challenge of a second factor can be answered."),
                reader.duration(
                        "auth.mfa.enrolment-expiry",
                        Duration.ofHours(1),
                        "How long a new second factor may wait for its first code before it can be removed."),
                new Rate(
                        reader.integer(
                                "auth.mfa.max-guesses",
                                10,
                                0,
                                1_000_000,
                                "At most so many wrong codes for one second factor, over all challenges, sessions and nodes; 0: any"
                                        + " number."),
                        reader.duration(
                                "auth.mfa.max-guesses-period",
                                Duration.ofHours(1),
                                "The time that auth.mfa.max-guesses is for.")),
                reader.integer("auth.mfa.recovery-codes", 10, 1, 100, "Recovery codes made at a time."));
    }

    private static Kind kind(SettingsReader reader, String name, boolean enabled, String what) {
        return new Kind(
                reader.flag(
                        "auth.mfa." + name + ".enroll-enabled",
                        enabled,
                        "Whether users can add " + what + " as second factors."),
                reader.flag(
                        "auth.mfa." + name + ".verify-enabled",
                        enabled,
                        "Whether " + what + " can be used as second factors."));
    }
}
