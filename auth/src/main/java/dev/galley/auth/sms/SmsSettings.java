package dev.galley.auth.sms;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How SMS are sent, under {@code auth.sms.}.
 *
 * @param provider empty: none leaves this program
 * @param template of codes to sign in, with {@code {{ .Code }}}
 * @param factorTemplate of codes of a second factor
 * @param testCodes by number: to these nothing is sent
 * @param testUntil after that they are numbers like others
 * @param attempts after so many failures an SMS is given up
 */
public record SmsSettings(
        Optional<SmsProvider> provider,
        String template,
        String factorTemplate,
        Map<String, String> testCodes,
        Optional<Instant> testUntil,
        Duration timeout,
        int attempts) {
    private static final Pattern CODE = Pattern.compile("\\{\\{-?\\s*\\.Code\\s*-?}}");
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{1,14}");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{4,10}");
    private static final String TEXT = "Your code is {{ .Code }}";
    private static final String TEST = "auth.sms.test-otp";

    public static SmsSettings from(SettingsReader reader) {
        return new SmsSettings(
                SmsProviders.enabled(reader),
                template(reader, "auth.sms.template", "Text of SMS with a code to sign in."),
                template(reader, "auth.mfa.phone.template", "Text of SMS with the code of a second factor."),
                testCodes(reader.table(
                        TEST + ".",
                        "Numbers of testers with their codes, such as auth.sms.test-otp.4152127777 = \"123456\": nothing is"
                                + " sent to them.")),
                until(reader.optionalText(
                        TEST + "-valid-until",
                        "When the numbers of testers end, such as 2027-01-31T00:00:00Z. Default: never.")),
                reader.duration("auth.sms.timeout", Duration.ofSeconds(10), "Time for a provider to take an SMS."),
                reader.integer(
                        "auth.sms.max-attempts",
                        4,
                        1,
                        100,
                        "How often an SMS is tried, with growing pauses, before it is given up."));
    }

    /** The code that a tester's number always gets. */
    public Optional<String> testCode(String phone, Instant now) {
        return testUntil.filter(end -> !now.isBefore(end)).isPresent()
                ? Optional.empty()
                : Optional.ofNullable(testCodes.get(phone));
    }

    public String text(String code) {
        return CODE.matcher(template).replaceAll(Matcher.quoteReplacement(code));
    }

    public String factorText(String code) {
        return CODE.matcher(factorTemplate).replaceAll(Matcher.quoteReplacement(code));
    }

    private static String template(SettingsReader reader, String key, String what) {
        String text = reader.text(key, TEXT, what + " {{ .Code }} stands for the code.");
        if (!CODE.matcher(text).find() || CODE.matcher(text).replaceAll("").contains("{{")) {
            throw new SettingsException(key + ": must hold {{ .Code }} and no other variable");
        }
        return text;
    }

    private static Map<String, String> testCodes(Map<String, String> given) {
        Map<String, String> codes = new LinkedHashMap<>();
        given.forEach((number, code) -> {
            String phone = number.replace(" ", "").replaceFirst("^\\+", "");
            if (!NUMBER.matcher(phone).matches()) {
                throw new SettingsException(TEST + "." + number + ": is not a phone number");
            }
            if (!DIGITS.matcher(code).matches()) {
                throw new SettingsException(TEST + "." + number + ": must be a code of 4 to 10 digits");
            }
            codes.put(phone, code);
        });
        return Map.copyOf(codes);
    }

    private static Optional<Instant> until(Optional<String> text) {
        try {
            return text.map(OffsetDateTime::parse).map(OffsetDateTime::toInstant);
        } catch (DateTimeException e) {
            throw new SettingsException(TEST + "-valid-until: must be a time such as 2027-01-31T00:00:00Z");
        }
    }

    /** Never prints a code or secret. */
    @Override
    public String toString() {
        return "SmsSettings[" + provider + "]";
    }
}
