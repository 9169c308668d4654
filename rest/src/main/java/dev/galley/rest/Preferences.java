package dev.galley.rest;

import dev.galley.query.Count;
import dev.galley.query.Insert.Resolution;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the headers {@code Prefer} ask for (RFC 7240). Of a preference that stands twice the first counts.
 *
 * @param timezone taken as it stands; the database says whether there is such a zone
 * @param invalid the preferences that nobody knows
 */
record Preferences(
        Optional<Resolution> resolution,
        Optional<Missing> missing,
        Optional<Return> returning,
        Count count,
        Optional<Transaction> transaction,
        Optional<Handling> handling,
        Optional<String> timezone,
        OptionalLong maxAffected,
        List<String> invalid) {

    enum Return {
        MINIMAL("return=minimal"),
        HEADERS_ONLY("return=headers-only"),
        REPRESENTATION("return=representation");

        final String text;

        Return(String text) {
            this.text = text;
        }
    }

    enum Missing {
        DEFAULT("missing=default"),
        NULL("missing=null");

        final String text;

        Missing(String text) {
            this.text = text;
        }
    }

    enum Transaction {
        COMMIT("tx=commit"),
        ROLLBACK("tx=rollback");

        final String text;

        Transaction(String text) {
            this.text = text;
        }
    }

    enum Handling {
        STRICT("handling=strict"),
        LENIENT("handling=lenient");

        final String text;

        Handling(String text) {
            this.text = text;
        }
    }

    static final Preferences NONE = new Preferences(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Count.NONE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            List.of());

    /** @param transactions whether {@code tx=} may be followed; otherwise it is known but without effect */
    static Preferences parse(List<String> headers, boolean transactions) {
        return headers.isEmpty() ? NONE : new Reader(transactions).read(headers);
    }

    boolean strict() {
        return handling.filter(Handling.STRICT::equals).isPresent();
    }

    boolean wantsRows() {
        return returning.filter(Return.REPRESENTATION::equals).isPresent();
    }

    /** The number above which a strict request refuses to write. */
    OptionalLong affectedLimit() {
        return strict() ? maxAffected : OptionalLong.empty();
    }

    void requireValid() {
        if (strict() && !invalid.isEmpty()) throw new RestException(new RestError.BadPreferences(invalid));
    }

    static String text(Resolution resolution) {
        return switch (resolution) {
            case MERGE_DUPLICATES -> "resolution=merge-duplicates";
            case IGNORE_DUPLICATES -> "resolution=ignore-duplicates";
        };
    }

    static Optional<String> text(Count count) {
        return switch (count) {
            case NONE -> Optional.empty();
            case EXACT -> Optional.of("count=exact");
            case PLANNED -> Optional.of("count=planned");
            case ESTIMATED -> Optional.of("count=estimated");
        };
    }

    /** Collects the preferences one by one. */
    private static final class Reader {
        private final boolean transactions;
        private Optional<Resolution> resolution = Optional.empty();
        private Optional<Missing> missing = Optional.empty();
        private Optional<Return> returning = Optional.empty();
        private Count count = Count.NONE;
        private Optional<Transaction> transaction = Optional.empty();
        private Optional<Handling> handling = Optional.empty();
        private Optional<String> timezone = Optional.empty();
        private OptionalLong maxAffected = OptionalLong.empty();
        private final List<String> invalid = new ArrayList<>(0);

        Reader(boolean transactions) {
            this.transactions = transactions;
        }

        Preferences read(List<String> headers) {
            for (String header : headers) {
                for (String each : header.split(",", -1)) {
                    String preference = each.strip();
                    if (!preference.isEmpty() && !known(preference)) invalid.add(preference);
                }
            }
            return new Preferences(
                    resolution,
                    missing,
                    returning,
                    count,
                    transactions ? transaction : Optional.empty(),
                    handling,
                    timezone,
                    maxAffected,
                    List.copyOf(invalid));
        }

        private boolean known(String preference) {
            switch (preference) {
                case "resolution=merge-duplicates" -> resolution = or(resolution, Resolution.MERGE_DUPLICATES);
                case "resolution=ignore-duplicates" -> resolution = or(resolution, Resolution.IGNORE_DUPLICATES);
                case "missing=default" -> missing = or(missing, Missing.DEFAULT);
                case "missing=null" -> missing = or(missing, Missing.NULL);
                case "return=minimal" -> returning = or(returning, Return.MINIMAL);
                case "return=headers-only" -> returning = or(returning, Return.HEADERS_ONLY);
                case "return=representation" -> returning = or(returning, Return.REPRESENTATION);
                case "count=exact" -> count = count == Count.NONE ? Count.EXACT : count;
                case "count=planned" -> count = count == Count.NONE ? Count.PLANNED : count;
                case "count=estimated" -> count = count == Count.NONE ? Count.ESTIMATED : count;
                case "tx=commit" -> transaction = or(transaction, Transaction.COMMIT);
                case "tx=rollback" -> transaction = or(transaction, Transaction.ROLLBACK);
                case "handling=strict" -> handling = or(handling, Handling.STRICT);
                case "handling=lenient" -> handling = or(handling, Handling.LENIENT);
                default -> {
                    return valued(preference);
                }
            }
            return true;
        }

        private boolean valued(String preference) {
            if (preference.startsWith("timezone=")) {
                timezone = or(timezone, preference.substring("timezone=".length()));
                return true;
            }
            if (!preference.startsWith("max-affected=")) return false;
            try {
                long most = Long.parseLong(preference.substring("max-affected=".length()));
                if (maxAffected.isEmpty()) maxAffected = OptionalLong.of(most);
                return true;
            } catch (NumberFormatException e) {
                return false;
            }
        }

        private static <T> Optional<T> or(Optional<T> earlier, T now) {
            return earlier.isPresent() ? earlier : Optional.of(now);
        }
    }
}
