package dev.galley.graphql;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * From names of the database to those of GraphQL: as they are, or inflected where the schema's comment says so.
 *
 * @param inflected {@code account_holder} becomes {@code AccountHolder}, and {@code accountHolder} as a field
 */
record Naming(boolean inflected) {
    private static final Pattern VALID = Pattern.compile("(?!__)[_A-Za-z][_0-9A-Za-z]*");

    static boolean isValid(String name) {
        return VALID.matcher(name).matches();
    }

    /** Whether it may be one of an enum's values. */
    static boolean isChoice(String name) {
        return isValid(name) && !name.equals("true") && !name.equals("false") && !name.equals("null");
    }

    String type(String name, Optional<String> given) {
        return given.orElseGet(() -> inflected ? pascal(name) : name);
    }

    String column(String name, Optional<String> given) {
        return given.orElseGet(() -> inflected ? lowerFirst(pascal(name)) : name);
    }

    /** An underscore in front marks a function as a field of a row; it is not part of the name. */
    String function(String name, Optional<String> given) {
        return given.orElseGet(() -> argument(name.startsWith("_") ? name.substring(1) : name));
    }

    String argument(String name) {
        return lowerFirst(type(name, Optional.empty()));
    }

    /** The field from a row to the one that it refers to by one column. */
    Optional<String> reference(String column) {
        String suffix = inflected ? "_id" : "Id";
        return column.endsWith(suffix)
                ? Optional.of(argument(column.substring(0, column.length() - suffix.length())))
                : Optional.empty();
    }

    static String lowerFirst(String name) {
        return name.isEmpty() ? name : name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private static String pascal(String name) {
        StringBuilder text = new StringBuilder(name.length());
        boolean start = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '_') {
                text.append(start ? Character.toUpperCase(c) : c);
            }
            start = !Character.isLetterOrDigit(c);
        }
        return text.toString();
    }
}
