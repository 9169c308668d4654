package dev.galley.settings;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How values are written: read from text and printed as a user would write them. An empty result means "not of this type". */
final class Values {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");
    private static final Pattern DURATIONS = Pattern.compile("(?:\\d{1,12}\\s*(?:ms|s|m|h|d))+");
    private static final Pattern BYTES = Pattern.compile("(\\d{1,18})\\s*(B|KiB|MiB|GiB|TiB)?");
    private static final BigInteger LONGEST_MILLIS = BigInteger.valueOf(Long.MAX_VALUE);
    private static final List<String> BYTE_UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");
    private static final int LONGEST_SHOWN = 60;

    private Values() {}

    static Optional<Integer> integer(String text) {
        try {
            return Optional.of(Integer.parseInt(text.strip()));
        } catch (NumberFormatException notNumber) {
            return Optional.empty();
        }
    }

    static Optional<Boolean> flag(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "on", "yes", "1" -> Optional.of(true);
            case "false", "off", "no", "0" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** One number with a unit, or several to be added, such as {@code 1h30m}. */
    static Optional<Duration> duration(String text) {
        if (!DURATIONS.matcher(text.strip()).matches()) {
            return Optional.empty();
        }
        BigInteger millis = DURATION.matcher(text)
                .results()
                .map(part -> new BigInteger(part.group(1)).multiply(BigInteger.valueOf(unitMillis(part.group(2)))))
                .reduce(BigInteger.ZERO, BigInteger::add);
        return millis.compareTo(LONGEST_MILLIS) > 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(millis.longValueExact()));
    }

    private static long unitMillis(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 86_400_000;
        };
    }

    static Optional<Long> bytes(String text) {
        Matcher parts = BYTES.matcher(text.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        int power = parts.group(2) == null ? 0 : BYTE_UNITS.indexOf(parts.group(2));
        BigInteger bytes = new BigInteger(parts.group(1)).shiftLeft(10 * power);
        return bytes.bitLength() > 63 ? Optional.empty() : Optional.of(bytes.longValueExact());
    }

    static List<String> list(Given given) {
        Stream<String> parts = given.array()
                ? given.parts().stream()
                : Stream.of(given.text().split(",", -1)).map(String::strip);
        return parts.filter(part -> !part.isEmpty()).toList();
    }

    static String print(Duration duration) {
        long millis = duration.toMillis();
        for (String unit : List.of("d", "h", "m", "s")) {
            long unitMillis = unitMillis(unit);
            if (millis != 0 && millis % unitMillis == 0) {
                return millis / unitMillis + unit;
            }
        }
        return millis == 0 ? "0s" : millis + "ms";
    }

    static String print(long bytes) {
        int power = 0;
        long rest = bytes;
        while (rest != 0 && rest % 1024 == 0 && power < BYTE_UNITS.size() - 1) {
            rest /= 1024;
            power++;
        }
        return power == 0 ? Long.toString(bytes) : rest + BYTE_UNITS.get(power);
    }

    static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Text of a user for a message: quoted, on one line, not too long. */
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return '"' + (line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN) + "..." : line) + '"';
    }
}
