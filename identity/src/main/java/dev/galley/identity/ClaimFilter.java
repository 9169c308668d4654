package dev.galley.identity;

import dev.galley.settings.SettingsException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/**
 * A condition on the members of a claim: {@code [?@ == 'x']}, {@code [?(@.kind != 'x')]}, {@code [?search(@, '^x')]}, and of the older form
 * {@code ^==} (begins), {@code ==^} (ends) and {@code *==} (contains).
 *
 * @param below names on the way from the member to what is compared; empty for the member itself
 * @param whenAbsent whether it holds where there is no such text
 */
record ClaimFilter(List<String> below, Predicate<String> condition, boolean whenAbsent) {
    private static final String LITERAL = "(?:'([^']*)'|\"([^\"]*)\")";
    private static final String MEMBER = "@((?:\\.[\\w-]+)*)";
    private static final Pattern COMPARISON = Pattern.compile(MEMBER + "\\s*(==\\^|\\^==|\\*==|==|!=)\\s*" + LITERAL);
    private static final Pattern SEARCH = Pattern.compile("search\\(\\s*" + MEMBER + "\\s*,\\s*" + LITERAL + "\\s*\\)");
    private static final Pattern OPENING = Pattern.compile("\\[\\?\\s*(\\(?)\\s*");

    /** @param end where the path goes on */
    record Read(ClaimFilter filter, int end) {}

    /** What begins at this place; empty when that is no filter that is understood. */
    static Optional<Read> read(String path, int start) {
        Matcher opening = OPENING.matcher(path).region(start, path.length());
        if (!opening.lookingAt()) {
            return Optional.empty();
        }
        Pattern closing = Pattern.compile(opening.group(1).isEmpty() ? "\\s*\\]" : "\\s*\\)\\s*\\]");
        Matcher search = SEARCH.matcher(path).region(opening.end(), path.length());
        Matcher comparison = COMPARISON.matcher(path).region(opening.end(), path.length());
        boolean searches = search.lookingAt();
        if (!searches && !comparison.lookingAt()) {
            return Optional.empty();
        }
        Matcher end = closing.matcher(path).region((searches ? search : comparison).end(), path.length());
        if (!end.lookingAt()) {
            return Optional.empty();
        }
        ClaimFilter filter = searches
                ? new ClaimFilter(
                        below(search.group(1)), pattern(literal(search, 2)).asPredicate(), false)
                : new ClaimFilter(
                        below(comparison.group(1)),
                        condition(comparison.group(2), literal(comparison, 3)),
                        comparison.group(2).equals("!="));
        return Optional.of(new Read(filter, end.end()));
    }

    private static String literal(Matcher matcher, int group) {
        return matcher.group(group) != null ? matcher.group(group) : matcher.group(group + 1);
    }

    private static List<String> below(String names) {
        return names.isEmpty() ? List.of() : List.of(names.substring(1).split("\\.", -1));
    }

    private static Predicate<String> condition(String operator, String text) {
        return switch (operator) {
            case "!=" -> value -> !value.equals(text);
            case "^==" -> value -> value.startsWith(text);
            case "==^" -> value -> value.endsWith(text);
            case "*==" -> value -> value.contains(text);
            default -> text::equals;
        };
    }

    private static Pattern pattern(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new SettingsException("auth.role-claim: \"" + regex + "\" is no regular expression");
        }
    }

    boolean holds(JsonNode member) {
        JsonNode at = member;
        for (String name : below) {
            at = at.path(name);
        }
        return at.stringValueOpt().map(condition::test).orElse(whenAbsent);
    }
}
