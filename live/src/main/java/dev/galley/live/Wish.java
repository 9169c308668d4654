package dev.galley.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a caller wishes to hear of.
 *
 * @param schema or {@code *}
 * @param table or {@code *}
 * @param conditions all have to hold
 * @param columns those to tell of besides the primary key; empty for all
 */
public record Wish(
        Event event, String schema, String table, List<Condition> conditions, Optional<List<String>> columns) {
    private static final String ANY = "*";

    /** Kinds of change. */
    public enum Event {
        ANY,
        INSERT,
        UPDATE,
        DELETE;

        boolean includes(Event other) {
            return this == ANY || this == other;
        }
    }

    /** Reads an entry of {@code postgres_changes}: {@code {event, schema, table, filter, select}}. */
    public static Wish read(ObjectNode entry) throws NotSubscribed {
        Optional<String> schema = text(entry, "schema");
        Optional<String> table = text(entry, "table");
        boolean filtered = entry.has("filter");
        boolean whole = schema.isPresent() && table.isPresent();
        if ((schema.isEmpty() && table.isEmpty())
                || (filtered && !(whole && entry.path("filter").isString()))) {
            throw new NotSubscribed("No subscription params provided. Please provide at least a `schema` or `table` to"
                    + " subscribe to: " + names(entry));
        }
        Optional<List<String>> columns = columns(entry.path("select"));
        Wish wish = new Wish(
                event(entry.path("event").asString("")),
                schema.orElse("public"),
                table.orElse(ANY),
                filtered ? FilterParser.parse(entry.path("filter").asString("")) : List.of(),
                columns);
        if (columns.isPresent() && (wish.schema.equals(ANY) || wish.table.equals(ANY))) {
            throw new NotSubscribed("Column selection is not supported for wildcard subscriptions. Provide an explicit"
                    + " schema and table name.");
        }
        return wish;
    }

    private static Optional<String> text(ObjectNode entry, String name) {
        return entry.path(name).isString() ? Optional.of(entry.path(name).asString("")) : Optional.empty();
    }

    private static Event event(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "INSERT" -> Event.INSERT;
            case "UPDATE" -> Event.UPDATE;
            case "DELETE" -> Event.DELETE;
            default -> Event.ANY;
        };
    }

    private static Optional<List<String>> columns(JsonNode select) throws NotSubscribed {
        if (select.isString()) {
            throw new NotSubscribed(
                    "Error parsing `select` params: expected a list of column name strings, e.g. select:"
                            + " [\"col1\", \"col2\"]");
        }
        List<String> columns = new ArrayList<>();
        for (JsonNode each : select) {
            if (select.isArray() && each.isString()) {
                columns.add(each.asString(""));
            }
        }
        return columns.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(columns));
    }

    /** Values may be secrets that are there by mistake. */
    private static String names(ObjectNode entry) {
        return entry.propertyNames().toString();
    }

    boolean concerns(String ofSchema, String ofTable) {
        return (schema.equals(ANY) || schema.equals(ofSchema)) && (table.equals(ANY) || table.equals(ofTable));
    }

    /** For messages to the developer. */
    String described() {
        return "event: " + (event == Event.ANY ? ANY : event) + ", schema: " + schema + ", table: " + table
                + ", filters: "
                + conditions.stream()
                        .map(each -> each.column() + "=" + (each.negated() ? "not." : "")
                                + each.operator().word() + "." + each.value())
                        .toList()
                + ", select: " + columns.map(List::toString).orElse("nil");
    }
}
