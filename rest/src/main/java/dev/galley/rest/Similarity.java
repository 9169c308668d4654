package dev.galley.rest;

import dev.galley.settings.EditDistance;
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
        return 1 - (double) EditDistance.of(a, b) / longer;
    }
}
