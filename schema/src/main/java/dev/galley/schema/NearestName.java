package dev.galley.schema;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the name that somebody may have meant. The caller passes only names that the role in question may see: a hint must
 * not tell more than the role could have asked.
 */
public final class NearestName {

    /** Below this share of equal letters in place a hint is more confusing than none. */
    public static final double LIKELY = 0.75;

    /** For names that are no secret, such as the parameters of a function that may be called. */
    public static final double POSSIBLE = 0.33;

    /** Candidates looked at, so that a wrong name costs a bounded time in a database of any size. */
    private static final int MAX_CANDIDATES = 2_000;

    /** No name in PostgreSQL is longer in bytes; lists of parameters may be. */
    private static final int MAX_LENGTH = 400;

    private NearestName() {}

    /** The most similar of the candidates, the first of equals in alphabetical order; empty when none is similar enough. */
    public static Optional<String> to(String asked, Collection<String> candidates, double least) {
        if (asked.isEmpty() || asked.length() > MAX_LENGTH || candidates.size() > MAX_CANDIDATES) {
            return Optional.empty();
        }
        String wanted = asked.toLowerCase(Locale.ROOT);
        Set<String> pairs = pairs(wanted);
        Optional<String> best = Optional.empty();
        double bestScore = least;
        for (String candidate : candidates) {
            String name = candidate.toLowerCase(Locale.ROOT);
            int longest = Math.max(name.length(), wanted.length());
            int shortest = Math.min(name.length(), wanted.length());
            // The lengths alone may tell that it cannot be the best.
            if (candidate.length() > MAX_LENGTH || (double) shortest / longest < bestScore || disjoint(pairs, name)) {
                continue;
            }
            double score = 1 - (double) distance(wanted, name) / longest;
            boolean first =
                    best.filter(known -> known.compareTo(candidate) <= 0).isEmpty();
            boolean better = score > bestScore || (score == bestScore && first);
            if (better) {
                best = Optional.of(candidate);
                bestScore = score;
            }
        }
        return best;
    }

    private static Set<String> pairs(String name) {
        String framed = "-" + name + "-";
        Set<String> pairs = new HashSet<>();
        for (int i = 0; i + 2 <= framed.length(); i++) {
            pairs.add(framed.substring(i, i + 2));
        }
        return pairs;
    }

    private static boolean disjoint(Set<String> pairs, String name) {
        String framed = "-" + name + "-";
        for (int i = 0; i + 2 <= framed.length(); i++) {
            if (pairs.contains(framed.substring(i, i + 2))) {
                return false;
            }
        }
        return true;
    }

    /** Levenshtein's: the least number of letters to insert, delete or replace. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }
}
