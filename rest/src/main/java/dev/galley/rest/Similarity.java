package dev.galley.rest;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the name that was probably meant. */
final class Similarity {
    /** How alike names of things must be to be suggested, of 1. */
    static final double NAMES = 0.75;

    /** How alike lists of parameters must be: of a function that the caller named right, more may be shown. */
    static final double PARAMETERS = 0.33;

    private static final int LONGEST = 128;

    private Similarity() {}

    /** The most similar candidate, at least that similar. */
    static Optional<String> nearest(String wanted, Stream<String> candidates, double least) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        String best = "";
        double bestScore = 0;
        for (String candidate : (Iterable<String>) candidates::iterator) {
            double score = score(lower, candidate.toLowerCase(Locale.ROOT), Math.max(least, bestScore));
            if (score >= least && (score > bestScore || (score == bestScore && candidate.compareTo(best) < 0))) {
                best = candidate;
                bestScore = score;
            }
        }
        return bestScore > 0 ? Optional.of(best) : Optional.empty();
    }

    /** One minus the edit distance by the longer length; 0 when it cannot reach {@code least}. */
    private static double score(String a, String b, double least) {
        int longer = Math.max(a.length(), b.length());
        int shorter = Math.min(a.length(), b.length());
        if (longer == 0 || longer > LONGEST || (double) shorter / longer < least) return 0;
        int[] above = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) above[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(above[j], row[j - 1]));
            }
            int[] swap = above;
            above = row;
            row = swap;
        }
        return 1 - (double) above[b.length()] / longer;
    }
}
