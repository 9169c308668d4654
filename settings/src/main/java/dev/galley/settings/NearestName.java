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
            int distance = EditDistance.of(wanted, normal(candidate));
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
}
