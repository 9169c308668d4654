package dev.galley.query;

import dev.galley.schema.Identifiers;

/**
 * Names that a caller chose (aliases, JSON keys, text search configurations) as SQL. They are cut at a NUL character, which would end the
 * text of a statement on the wire.
 */
public final class Names {
    private Names() {}

    static String quote(String name) {
        return Identifiers.quote(untilNul(name));
    }

    public static String literal(String text) {
        return Identifiers.literal(untilNul(text));
    }

    private static String untilNul(String text) {
        int nul = text.indexOf('\0');
        return nul < 0 ? text : text.substring(0, nul);
    }
}
