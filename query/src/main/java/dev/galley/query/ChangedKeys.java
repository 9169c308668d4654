package dev.galley.query;

import dev.galley.postgres.DatabaseFailure;
import java.util.List;

/**
 * Lets a statement fail whose rows did not get the keys that were drawn for them: a trigger has changed them, or left rows out. SQL
 * by itself has no way to raise an error but to do what cannot be done, here to read a mark as a number.
 */
public final class ChangedKeys {
    private static final String MARK = "galley: changed keys";
    private static final String INVALID_TEXT = "22P02";

    private ChangedKeys() {}

    /**
     * A value to select, where {@code w} are the rows to be written and {@code r} those that were.
     *
     * @param drawn the keys as {@code w} has them
     * @param returned the keys as {@code r} has them
     */
    static String check(List<String> drawn, String returned) {
        return "(SELECT CASE WHEN count(*) > 0 THEN ('" + MARK + "' || count(*))::int END FROM (SELECT "
                + String.join(", ", drawn) + " FROM w EXCEPT ALL SELECT " + returned + " FROM r) AS d)";
    }

    /** Whether that is why the database refused. */
    public static boolean refused(DatabaseFailure.Refused failure) {
        return failure.sqlState().equals(INVALID_TEXT) && failure.message().contains(MARK);
    }
}
