package dev.galley.live;

import dev.galley.postgres.changes.Row;
import dev.galley.postgres.changes.Table;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Prints a change in the shape of {@code postgres_changes}: what stands in {@code data}. */
final class Payload {
    static final String NO_KEY = "Error 400: Bad Request, no primary key";
    static final String UNAUTHORIZED = "Error 401: Unauthorized";
    private static final String TOO_LARGE = "Error 413: Payload Too Large";
    private static final int SMALL_BYTES = 64;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final RowChange change;
    private final TableRules rules;
    private final boolean tooLarge;

    Payload(RowChange change, TableRules rules, int maxBytes) {
        this.change = change;
        this.rules = rules;
        this.tooLarge = change.bytes() > maxBytes;
    }

    /** Only that something has changed, and why no more is told. */
    String error(String error) {
        StringBuilder out = head();
        out.append(",\"columns\":[],\"errors\":[");
        ValuePrinter.quote(out, error);
        return out.append("]}").toString();
    }

    /** @param wanted the columns that were asked for, besides the key; empty for all */
    String print(TableRules.RoleRules role, Optional<List<String>> wanted) {
        Predicate<TableRules.Column> shown = column -> role.selectable().contains(column.name())
                && (column.key() || wanted.isEmpty() || wanted.get().contains(column.name()));
        StringBuilder out = head();
        out.append(",\"columns\":[");
        int start = out.length();
        for (TableRules.Column column : rules.columns()) {
            if (shown.test(column)) {
                comma(out, start);
                out.append("{\"name\":");
                ValuePrinter.quote(out, column.name());
                out.append(",\"type\":");
                ValuePrinter.quote(out, column.typeName());
                out.append('}');
            }
        }
        out.append(']');
        change.row().ifPresent(row -> record(out, "record", row, shown, false));
        if (change.event() != Wish.Event.INSERT) {
            // Who may see a row that is gone cannot be decided any more: only its key is told.
            Predicate<TableRules.Column> shownOfOld =
                    change.event() == Wish.Event.DELETE && rules.secured() ? shown.and(TableRules.Column::key) : shown;
            record(out, "old_record", change.old().orElse(null), shownOfOld, true);
        }
        out.append(",\"errors\":").append(tooLarge ? "[\"" + TOO_LARGE + "\"]" : "null");
        return out.append('}').toString();
    }

    private StringBuilder head() {
        StringBuilder out = new StringBuilder(256).append("{\"schema\":");
        ValuePrinter.quote(out, rules.schema());
        out.append(",\"table\":");
        ValuePrinter.quote(out, rules.name());
        return out.append(",\"commit_timestamp\":\"")
                .append(TIME.format(change.committedAt()))
                .append("\",\"type\":\"")
                .append(change.event())
                .append('"');
    }

    private void record(
            StringBuilder out, String name, @Nullable Row row, Predicate<TableRules.Column> shown, boolean old) {
        out.append(",\"").append(name).append("\":{");
        int start = out.length();
        for (TableRules.Column column : rules.columns()) {
            int place = change.table().indexOf(column.name());
            if (row == null || place < 0 || row.isUnchanged(place) || !shown.test(column)) {
                continue;
            }
            boolean known = !old
                    || change.table().columns().get(place).identity()
                    || change.table().identity() == Table.ReplicaIdentity.FULL;
            Optional<String> text = row.text(place);
            if (known && (!tooLarge || text.map(String::length).orElse(0) <= SMALL_BYTES)) {
                comma(out, start);
                ValuePrinter.quote(out, column.name());
                out.append(':');
                // A change of before the column's type was changed has text of another form.
                boolean sameType = change.table().columns().get(place).typeOid() == column.typeOid();
                ValuePrinter.print(out, text.orElse(null), sameType ? column.type() : ValueType.Plain.OTHER);
            }
        }
        out.append('}');
    }

    private static void comma(StringBuilder out, int start) {
        if (out.length() > start) {
            out.append(',');
        }
    }
}
