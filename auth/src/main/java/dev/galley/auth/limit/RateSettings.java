package dev.galley.auth.limit;

import dev.galley.settings.SettingsReader;
import java.time.Duration;

/**
 * How often what may be tried. By client address unless a line says otherwise; counted in the database, so that all nodes count
 * together. 0: unlimited.
 *
 * @param guesses failed sign-ins of one account from one address
 * @param accountGuesses failed sign-ins of one account from everywhere
 */
public record RateSettings(
        Rate signUps,
        Rate anonymous,
        Rate tokens,
        Rate verifications,
        Rate factors,
        Rate passkeys,
        Rate sso,
        Rate web3,
        Rate emails,
        Rate sms,
        Rate guesses,
        Rate accountGuesses) {

    /** At most {@code number} at once and {@code number} per {@code period} in the long run; number 0: unlimited. */
    public record Rate(int number, Duration period) {}

    public static RateSettings from(SettingsReader reader) {
        return new RateSettings(
                rate(
                        reader,
                        "sign-ups",
                        30,
                        Duration.ofMinutes(5),
                        "sign-ups, one-time codes, recoveries and changes of users"),
                rate(reader, "anonymous-users", 30, Duration.ofHours(1), "anonymous sign-ins"),
                rate(reader, "token-refresh", 150, Duration.ofMinutes(5), "requests for tokens"),
                rate(reader, "token-verifications", 30, Duration.ofMinutes(5), "codes and links tried"),
                rate(reader, "factor-attempts", 15, Duration.ofMinutes(1), "challenges and codes of second factors"),
                rate(reader, "passkeys", 30, Duration.ofMinutes(5), "sign-ins with a passkey"),
                rate(reader, "sso", 30, Duration.ofMinutes(5), "sign-ins by an organisation's identity provider"),
                rate(reader, "web3", 30, Duration.ofMinutes(5), "sign-ins with a wallet"),
                rate(
                        reader,
                        "email-sent",
                        30,
                        Duration.ofHours(1),
                        "mails of the whole project, sent to users who asked for them"),
                rate(reader, "sms-sent", 30, Duration.ofHours(1), "SMS of the whole project"),
                rate(
                        reader,
                        "password-guesses",
                        10,
                        Duration.ofMinutes(15),
                        "wrong passwords for one account from one address"),
                rate(
                        reader,
                        "account-guesses",
                        100,
                        Duration.ofMinutes(15),
                        "wrong passwords for one account from all addresses"));
    }

    /** A limit of its own, {@code auth.rate-limit.<name>}. */
    public static Rate rate(SettingsReader reader, String name, int number, Duration period, String what) {
        return new Rate(
                reader.integer(
                        "auth.rate-limit." + name,
                        number,
                        0,
                        1_000_000,
                        "At most so many " + what + "; 0: any number."),
                reader.duration(
                        "auth.rate-limit." + name + "-period",
                        period,
                        "The time that auth.rate-limit." + name + " is for."));
    }
}
