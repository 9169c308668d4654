package dev.galley.live;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What can be told from a policy's expression, as PostgreSQL prints it with an empty search path. It is read with mistrust: whatever is not
 * known to depend on nothing but certain claims counts as depending on all of them.
 */
final class PolicyText {
    /** Ways to read settings, and with them claims, that no dependency shows. */
    private static final Pattern OPAQUE = Pattern.compile("current_setting|set_config|pg_|xml|dblink|current_query");

    private static final Pattern QUOTED = Pattern.compile("'(?:[^']++|'')*+'|\"(?:[^\"]++|\"\")*+\"");

    private static final Pattern HELPER = Pattern.compile("\\bauth\\.(uid|role|email|jwt)\\(\\)");

    private static final Pattern CLAIM =
            Pattern.compile("\\bauth\\.jwt\\(\\)(?: AS jwt\\))? ->>? '((?:[^']|'')*)'::text");

    private static final String UID =
            "(?:\\(? ?SELECT auth\\.uid\\(\\) AS uid\\)|auth\\.uid\\(\\)|\\(auth\\.uid\\(\\)\\)::text|\\(\\( SELECT"
                    + " auth\\.uid\\(\\) AS uid\\)\\)::text|\\( SELECT \\(auth\\.uid\\(\\)\\)::text AS uid\\))";

    private static final String COLUMN = "([a-z_][a-z0-9_]*)";
    private static final Pattern OWNER = Pattern.compile(UID + " = " + COLUMN + "|" + COLUMN + " = " + UID);

    private PolicyText() {}

    /** The claims that the expression's own text uses; empty when they cannot be told. */
    static Optional<Set<String>> claims(String expression) {
        if (OPAQUE.matcher(expression).find()) {
            return Optional.empty();
        }
        Set<String> claims = new HashSet<>();
        int whole = 0;
        Matcher helpers = HELPER.matcher(expression);
        while (helpers.find()) {
            switch (helpers.group(1)) {
                case "uid" -> claims.add("sub");
                case "jwt" -> whole++;
                default -> claims.add(helpers.group(1));
            }
        }
        Matcher single = CLAIM.matcher(expression);
        while (single.find()) {
            claims.add(single.group(1).replace("''", "'"));
            whole--;
        }
        return whole == 0 ? Optional.of(claims) : Optional.empty();
    }

    /**
     * A column that has to hold the caller's id for the expression to be true: the expression is, or is joined by AND with, a
     * comparison of the two.
     */
    static Optional<String> owner(String expression) {
        for (String part : conjuncts(stripped(expression))) {
            Matcher matcher = OWNER.matcher(stripped(part));
            if (matcher.matches()) {
                return Optional.of(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
            }
        }
        return Optional.empty();
    }

    /** Without the parentheses around all of it. */
    private static String stripped(String expression) {
        String text = expression.strip();
        while (text.startsWith("(") && closing(text) == text.length() - 1 && !text.startsWith("( SELECT")) {
            text = text.substring(1, text.length() - 1).strip();
        }
        return text;
    }

    private static List<String> conjuncts(String expression) {
        String text = blanked(expression);
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (depth == 0 && text.startsWith(" AND ", i)) {
                parts.add(expression.substring(start, i));
                start = i + 5;
            } else if (depth == 0 && (text.startsWith(" OR ", i) || text.startsWith(" BETWEEN ", i))) {
                return List.of(expression);
            }
        }
        parts.add(expression.substring(start));
        return parts;
    }

    private static int closing(String expression) {
        String text = blanked(expression);
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
                if (depth == 0) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** As long as before, with nothing but underlines where texts and quoted names stand: what is in them is no syntax. */
    private static String blanked(String expression) {
        return QUOTED.matcher(expression)
                .replaceAll(quoted -> "_".repeat(quoted.group().length()));
    }
}
