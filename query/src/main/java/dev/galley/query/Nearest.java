package dev.galley.query;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that was probably meant, by edit distance. */
final class Nearest {
    private static final int LONGEST = 64;

    private Nearest() {}

    /** The candidate with the fewest edits, when at most a third of its letters (but always one) would change. */
    static Optional<String> to(String wanted, Collection<String> candidates) {
        if (wanted.length() > LONGEST) {
            return Optional.empty();
        }
        Optional<String> best = Optional.empty();
        int fewest = Math.max(1, wanted.length() / 3) + 1;
        for (String candidate : candidates) {
            if (Math.abs(candidate.length() - wanted.length()) < fewest) {
                int distance = distance(wanted, candidate);
                if (distance < fewest) {
                    fewest = distance;
                    best = Optional.of(candidate);
                }
            }
        }
        return best;
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
