package dev.galley.storage.bucket;

import dev.galley.storage.error.StorageError;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as the protocol writes them, in powers of ten: {@code 20MB}, {@code 1.5GB}. */
final class FileSizes {
    private static final Pattern SIZE =
            Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,12})?)(gb|mb|kb|b)", Pattern.CASE_INSENSITIVE);
    private static final Map<String, Long> UNITS =
            Map.of("b", 1L, "kb", 1_000L, "mb", 1_000_000L, "gb", 1_000_000_000L);

    private FileSizes() {}

    static long parse(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw StorageError.invalidRequest("Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B")
                    .thrown();
        }
        long unit = UNITS.getOrDefault(size.group(2).toLowerCase(Locale.ROOT), 1L);
        BigDecimal bytes = new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(unit));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw StorageError.entityTooLarge("object").thrown();
        }
        return bytes.longValue();
    }
}
