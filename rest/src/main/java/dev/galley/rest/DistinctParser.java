package dev.galley.rest;

import dev.galley.query.FieldPath;
import dev.galley.query.Selection;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code distinct}: nothing for all that is selected, or the fields that are to differ, {@code city,data->>kind}. */
final class DistinctParser {
    private DistinctParser() {}

    static Selection.Distinct whole(Scanner in) {
        in.skipSpaces();
        if (in.atEnd()) return new Selection.Distinct(List.of());
        List<FieldPath> on = new ArrayList<>(2);
        do {
            on.add(Names.field(in));
            in.skipSpaces();
        } while (in.skip(','));
        in.requireEnd();
        return new Selection.Distinct(List.copyOf(on));
    }
}
