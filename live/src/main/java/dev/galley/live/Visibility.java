package dev.galley.live;

import dev.galley.schema.Identifiers;
import java.util.ArrayList;
import java.util.List;

/** The statement that asks which of some rows, given by their primary keys, whoever runs it may see. */
final class Visibility {
    private Visibility() {}

    /** Has one parameter for each column of the key, an array of texts; answers with the places in them, from 1. */
    static String sql(TableRules table) {
        List<String> arrays = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        for (TableRules.Column column : table.key()) {
            int number = names.size() + 1;
            arrays.add("$" + number + "::text[]");
            names.add("k" + number);
            equal.add("t." + Identifiers.quote(column.name()) + " = (k.k" + number + ")::" + column.sqlType());
        }
        // Limited, so that each row is found by its key alone, however many there are.
        return "select k.n from unnest(" + String.join(", ", arrays) + ") with ordinality as k("
                + String.join(", ", names)
                + ", n), lateral (select from " + Identifiers.quote(table.schema()) + "."
                + Identifiers.quote(table.name())
                + " as t where " + String.join(" and ", equal) + " limit 1) as seen";
    }
}
