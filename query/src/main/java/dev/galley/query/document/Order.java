package dev.galley.query.document;

import dev.galley.schema.Identifiers;

/** One column that rows are sorted by. */
public record Order(String column, boolean descending, boolean nullsFirst) {

    String sql(String alias, boolean reversed) {
        return alias + "." + Identifiers.quote(column)
                + (descending == reversed ? " ASC" : " DESC")
                + (nullsFirst == reversed ? " NULLS LAST" : " NULLS FIRST");
    }
}
