package dev.galley.settings;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that somebody probably meant. */
public final class NearestName {
    private NearestName() {}

    /** The known name nearest to {@code name}, if one is near enough to be worth saying. */
    public static Optional<String> of(String name, Collection<String> known) {
        String wanted = normal(name);
        String best = "";
        int bestDistance = Math.max(2, wanted.length() / 3) + 1;
        for (String candidate : known) {
            int distance = distance(wanted, normal(candidate));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best.isEmpty() ? sameLastPart(wanted, known) : Optional.of(best);
    }

    /** {@code max-rows} or {@code api.max-rows} for {@code rest.max-rows}. */
    private static Optional<String> sameLastPart(String wanted, Collection<String> known) {
        String last = wanted.substring(wanted.lastIndexOf('.') + 1);
        return known.stream()
                .filter(candidate -> normal(candidate).endsWith("." + last))
                .findFirst();
    }

    private static String normal(String name) {
        return name.strip().replace('_', '-').toLowerCase(java.util.Locale.ROOT);
    }

    /** Levenshtein's distance. */
    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int change = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                current[j] = Math.min(previous[j - 1] + change, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
