package dev.galley.postgres.wire;

import dev.galley.postgres.TransactionRequest.LocalSetting;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the {@code statement_timeout} among a caller's settings, as PostgreSQL would. */
final class StatementTimeout {
    private static final Pattern FORM = Pattern.compile("\\s*(\\d{1,9})\\s*(us|ms|s|min|h|d)?\\s*");

    private StatementTimeout() {}

    /** The last one given; empty when there is none or it is none of the usual forms. */
    static OptionalLong millis(List<LocalSetting> settings) {
        for (int i = settings.size() - 1; i >= 0; i--) {
            LocalSetting setting = settings.get(i);
            if (setting.name().equalsIgnoreCase("statement_timeout")) {
                return parse(setting.value());
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong parse(String value) {
        Matcher matcher = FORM.matcher(value);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "ms" : matcher.group(2);
        return OptionalLong.of(
                switch (unit) {
                    case "us" -> number == 0 ? 0 : Math.max(1, number / 1000);
                    case "s" -> number * 1000;
                    case "min" -> number * 60_000;
                    case "h" -> number * 3_600_000;
                    case "d" -> number * 86_400_000;
                    default -> number;
                });
    }
}
