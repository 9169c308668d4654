package dev.galley.postgres.changes;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the stream of changes: everything up to and including it has been seen. Printed as
 * {@code 7f3a09c1-16B3748-5}, which is what clients keep and give back.
 *
 * @param history which database's log this is, so that a position of another one, or of the same one restored to an earlier
 *     time, is recognised
 * @param lsn the log sequence number of the commit (of the message itself when it is not transactional), unsigned
 * @param index which change of the transaction, from 1; {@link #END} for all of them
 */
public record Position(int history, long lsn, int index) implements Comparable<Position> {
    /** The index of a position after the last change of a transaction. */
    public static final int END = Integer.MAX_VALUE;

    private static final Pattern PRINTED = Pattern.compile("([0-9a-f]{8})-([0-9A-F]{1,16})-([0-9]{1,10}|end)");

    /** What {@link #toString} has printed; empty for anything else. */
    public static Optional<Position> parse(String printed) {
        Matcher matcher = PRINTED.matcher(printed);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long index = matcher.group(3).equals("end") ? END : Long.parseLong(matcher.group(3));
        return index > END
                ? Optional.empty()
                : Optional.of(new Position(
                        Integer.parseUnsignedInt(matcher.group(1), 16),
                        Long.parseUnsignedLong(matcher.group(2), 16),
                        (int) index));
    }

    /** After everything that the transaction at {@code lsn} has changed. */
    public static Position endOf(int history, long lsn) {
        return new Position(history, lsn, END);
    }

    /** The order in the stream. Meaningless between different histories. */
    @Override
    public int compareTo(Position other) {
        int byLsn = Long.compareUnsigned(lsn, other.lsn);
        return byLsn != 0 ? byLsn : Integer.compare(index, other.index);
    }

    public boolean isAfter(Position other) {
        return compareTo(other) > 0;
    }

    @Override
    public String toString() {
        return "%08x-%X-%s".formatted(history, lsn, index == END ? "end" : Integer.toString(index));
    }
}
