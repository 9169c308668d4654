package dev.galley.rest;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which of the matching rows are asked for.
 *
 * @param offset rows skipped
 * @param limit rows wanted at most; empty for all
 */
record RowRange(long offset, OptionalLong limit) {
    static final RowRange ALL = new RowRange(0, OptionalLong.empty());

    /** What {@code limit}, {@code offset} and the header {@code Range} ask for together. A limit of zero overrules the rest. */
    static RowRange of(OptionalLong limit, OptionalLong offset, Optional<String> header) {
        long from = Math.max(0, offset.orElse(0));
        if (limit.isPresent()) {
            if (limit.getAsLong() < 0) throw new RestException(new RestError.NegativeLimit());
            if (limit.getAsLong() == 0) return new RowRange(0, OptionalLong.of(0));
        }
        RowRange asked = new RowRange(from, limit);
        return header.isEmpty() ? asked : asked.within(header.get());
    }

    /** {@code 0-24} or {@code 25-}; anything else is not a range of rows and is ignored, as RFC 9110 wants. */
    private RowRange within(String header) {
        int dash = header.indexOf('-');
        if (dash <= 0 || !digits(header, 0, dash) || !digits(header, dash + 1, header.length())) return this;
        long first = number(header.substring(0, dash));
        boolean open = dash == header.length() - 1;
        long last = open ? Long.MAX_VALUE : number(header.substring(dash + 1));
        if (first > last) throw new RestException(new RestError.RangeUpsideDown());
        long from = Math.max(offset, first);
        long to = Math.min(last, lastWanted());
        if (from > to) throw new RestException(new RestError.NegativeLimit());
        return new RowRange(from, to == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(to - from + 1));
    }

    private long lastWanted() {
        if (limit.isEmpty()) return Long.MAX_VALUE;
        long last = offset + limit.getAsLong() - 1;
        return last < offset ? Long.MAX_VALUE : last;
    }

    /** The header {@code Content-Range}: {@code 0-24/100}, {@code * /0} without the space, {@code 0-24/*}. */
    static String contentRange(long first, long rows, OptionalLong total) {
        boolean some = rows > 0 && !(total.isPresent() && total.getAsLong() == 0);
        return (some ? first + "-" + (first + rows - 1) : "*")
                + "/"
                + (total.isPresent() ? Long.toString(total.getAsLong()) : "*");
    }

    private static boolean digits(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!Names.isDigit(text.charAt(i))) return false;
        }
        return true;
    }

    /** As many digits as one likes: what is too large for a row number is the largest one. */
    static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return digits.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
