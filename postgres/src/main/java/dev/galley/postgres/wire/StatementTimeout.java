package dev.galley.postgres.wire;

import dev.galley.postgres.TransactionRequest.LocalSetting;
import java.util.List;
import java.util.OptionalLong;

/** Reads the {@code statement_timeout} among a caller's settings, as PostgreSQL would. */
final class StatementTimeout {
    private static final int MOST_DIGITS = 9;

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

    /** Digits and a unit; by hand, since every request comes through here. */
    private static OptionalLong parse(String value) {
        String text = value.strip();
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > MOST_DIGITS) {
            return OptionalLong.empty();
        }
        long number = Long.parseLong(text, 0, digits, 10);
        return switch (text.substring(digits).stripLeading()) {
            case "us" -> OptionalLong.of(number == 0 ? 0 : Math.max(1, number / 1000));
            case "", "ms" -> OptionalLong.of(number);
            case "s" -> OptionalLong.of(number * 1000);
            case "min" -> OptionalLong.of(number * 60_000);
            case "h" -> OptionalLong.of(number * 3_600_000);
            case "d" -> OptionalLong.of(number * 86_400_000);
            default -> OptionalLong.empty();
        };
    }
}
