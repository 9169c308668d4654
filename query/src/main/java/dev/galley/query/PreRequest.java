package dev.galley.query;

import dev.galley.schema.Identifiers;
import dev.galley.schema.QualifiedName;

/** The function that is called before whatever a caller asks for, in its transaction. It may refuse by an error. */
public final class PreRequest {
    private PreRequest() {}

    /** @param function as schema.name, or a name on the search path */
    public static String sql(String function) {
        int dot = function.indexOf('.');
        String name = dot < 0
                ? Identifiers.quote(function)
                : new QualifiedName(function.substring(0, dot), function.substring(dot + 1)).sql();
        return "SELECT " + name + "()";
    }
}
