package dev.galley.graphql;

import dev.galley.query.document.Predicate;
import dev.galley.schema.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what was made for clients to give back: the global ids of records, and cursors. Both are Base64 of a JSON array. */
final class GlobalIds {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private GlobalIds() {}

    /** A record: its relation and the values of its key. */
    record Id(QualifiedName relation, List<@Nullable String> key) {}

    static Id id(@Nullable Object value) {
        List<@Nullable String> parts = parts(String.valueOf(value), "Invalid value passed to nodeId argument");
        String schema = parts.size() < 3 ? null : parts.get(0);
        String table = parts.size() < 3 ? null : parts.get(1);
        if (schema == null || table == null) {
            throw GraphqlError.input("Invalid value passed to nodeId argument").thrown();
        }
        return new Id(new QualifiedName(schema, table), parts.subList(2, parts.size()));
    }

    static Predicate predicate(@Nullable Object value, Table table, Values values) {
        Id id = id(value);
        if (!id.relation().equals(table.relation().name())) {
            throw GraphqlError.input("nodeId belongs to a different collection").thrown();
        }
        if (id.key().size() != table.key().size()) {
            throw GraphqlError.input("Primary key column count mismatch. Expected "
                            + table.key().size() + ", provided " + id.key().size())
                    .thrown();
        }
        List<Predicate> all = new ArrayList<>();
        for (int i = 0; i < table.key().size(); i++) {
            all.add(new Predicate.Compare(
                    table.key().get(i),
                    Predicate.Operator.EQ,
                    values.text(id.key().get(i))));
        }
        return new Predicate.All(all);
    }

    static List<@Nullable String> cursor(String text) {
        return parts(text, "Failed to decode cursor");
    }

    private static List<@Nullable String> parts(String text, String complaint) {
        try {
            JsonNode array = JSON.readTree(new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
            if (!array.isArray()) {
                throw GraphqlError.input(complaint).thrown();
            }
            List<@Nullable String> parts = new ArrayList<>();
            for (JsonNode part : array) {
                parts.add(part.isNull() ? null : part.isString() ? part.asString() : part.toString());
            }
            return parts;
        } catch (IllegalArgumentException | JacksonException unreadable) {
            throw GraphqlError.input(complaint).thrown();
        }
    }
}
