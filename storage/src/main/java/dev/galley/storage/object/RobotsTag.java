package dev.galley.storage.object;

import dev.galley.storage.error.StorageError;
import java.util.regex.Pattern;

/** What an object says to search engines ({@code X-Robots-Tag}): rules, apart by commas, each perhaps for one robot. */
final class RobotsTag {
    private static final String RULE =
            "(?:(?:all|noindex|nofollow|none|nosnippet|indexifembedded|notranslate|noimageindex)"
                    + "|max-snippet:\\s*-?\\d+|max-video-preview:\\s*-?\\d+|max-image-preview:\\s*(?:none|standard|large)"
                    + "|unavailable_after:\\s*[A-Za-z0-9:+ -]+(?:,[A-Za-z0-9:+ -]+)?)";
    private static final Pattern RULES = Pattern.compile(
            "\\s*(?:[A-Za-z0-9_-]+:\\s*)?" + RULE + "(?:\\s*,\\s*(?:[A-Za-z0-9_-]+:\\s*)?" + RULE + ")*\\s*");
    private static final int LONGEST = 500;

    private RobotsTag() {}

    static String require(String value) {
        if (value.length() > LONGEST || !RULES.matcher(value).matches()) {
            throw StorageError.invalidRequest("Invalid X-Robots-Tag header: unknown rule")
                    .thrown();
        }
        return value;
    }
}
