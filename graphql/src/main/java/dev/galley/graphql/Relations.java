package dev.galley.graphql;

import dev.galley.query.document.Rights;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relationship;
import dev.galley.schema.Relationship.Pair;
import dev.galley.schema.SchemaModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The fields that lead from a record to others: along foreign keys, and along those that a view's comment tells of. */
final class Relations {
    private final Tables tables;
    private final Map<String, Map<String, Related>> byType = new LinkedHashMap<>();

    /** @param required whether there is always one, as far as the role can see */
    record Related(Meaning meaning, Table table, boolean many, boolean required) {}

    private record Key(
            Table local,
            Table foreign,
            List<Pair> pairs,
            boolean unique,
            Optional<String> localName,
            Optional<String> foreignName) {}

    Relations(SchemaModel model, Rights rights, Tables tables) {
        this.tables = tables;
        List<Key> keys = new ArrayList<>();
        for (Table table : tables.all()) {
            keys.addAll(foreignKeys(model, rights, table));
            keys.addAll(told(table));
        }
        keys.forEach(this::forward);
        keys.forEach(this::backward);
    }

    private List<Key> foreignKeys(SchemaModel model, Rights rights, Table table) {
        List<Key> keys = new ArrayList<>();
        for (Relationship each : model.relationshipsFrom(table.relation().name())) {
            if (each instanceof Relationship.Direct direct && direct.forward() && isTable(model, direct)) {
                Directives directives =
                        Directives.of(rights.constraint(table.relation().name(), direct.constraint()));
                tables.of(direct.to())
                        .ifPresent(foreign -> keys.add(new Key(
                                table,
                                foreign,
                                direct.pairs(),
                                direct.oneToOne(),
                                directives.text("local_name"),
                                directives.text("foreign_name"))));
            }
        }
        return keys;
    }

    /** Keys between views are told by comments only. */
    private static boolean isTable(SchemaModel model, Relationship.Direct direct) {
        return Stream.of(direct.from(), direct.to())
                .allMatch(name -> model.relation(name)
                        .filter(relation -> switch (relation.kind()) {
                            case TABLE, PARTITIONED_TABLE, FOREIGN_TABLE -> true;
                            case VIEW, MATERIALIZED_VIEW -> false;
                        })
                        .isPresent());
    }

    private List<Key> told(Table table) {
        List<Key> keys = new ArrayList<>();
        for (Directives.ForeignKey key : table.directives().foreignKeys()) {
            Optional<Table> foreign = tables.of(new QualifiedName(key.foreignSchema(), key.foreignTable()));
            boolean fits = foreign.isPresent()
                    && !key.localColumns().isEmpty()
                    && key.localColumns().size() == key.foreignColumns().size()
                    && table.relation().columns().keySet().containsAll(key.localColumns())
                    && foreign.get().relation().columns().keySet().containsAll(key.foreignColumns());
            if (fits) {
                List<Pair> pairs = new ArrayList<>();
                for (int i = 0; i < key.localColumns().size(); i++) {
                    pairs.add(new Pair(
                            key.localColumns().get(i), key.foreignColumns().get(i)));
                }
                keys.add(new Key(
                        table,
                        foreign.get(),
                        List.copyOf(pairs),
                        isUnique(table, key.localColumns()),
                        key.localName(),
                        key.foreignName()));
            }
        }
        return keys;
    }

    private static boolean isUnique(Table table, List<String> columns) {
        Set<String> asked = Set.copyOf(columns);
        return asked.equals(Set.copyOf(table.key()))
                || table.relation().uniqueKeys().stream().anyMatch(asked::equals);
    }

    private void forward(Key key) {
        List<String> columns = key.pairs().stream().map(Pair::from).toList();
        String name = key.foreignName().orElseGet(() -> single(key.foreign(), columns));
        boolean required = key.pairs().stream()
                        .anyMatch(pair -> key.local()
                                .relation()
                                .column(pair.from())
                                .filter(column -> !column.nullable())
                                .isPresent())
                && !key.foreign().relation().rowSecurity();
        add(
                key.local(),
                name,
                new Related(new Meaning.ToOne(key.foreign(), key.pairs()), key.foreign(), false, required));
    }

    private void backward(Key key) {
        List<Pair> pairs = key.pairs().stream()
                .map(pair -> new Pair(pair.to(), pair.from()))
                .toList();
        List<String> columns = key.pairs().stream().map(Pair::to).toList();
        String name = key.localName()
                .orElseGet(() -> key.unique()
                        ? single(key.local(), columns)
                        : key.local().fieldName("Collection"));
        Meaning meaning = key.unique() ? new Meaning.ToOne(key.local(), pairs) : new Meaning.ToMany(key.local(), pairs);
        add(key.foreign(), name, new Related(meaning, key.local(), !key.unique(), false));
    }

    private static String single(Table table, List<String> columns) {
        Optional<String> byColumn =
                columns.size() == 1 ? table.naming().reference(columns.getFirst()) : Optional.empty();
        return byColumn.orElseGet(() -> table.fieldName(""));
    }

    private void add(Table from, String name, Related related) {
        if (Naming.isValid(name)) {
            byType.computeIfAbsent(from.type(), _ -> new LinkedHashMap<>()).putIfAbsent(name, related);
        }
    }

    Map<String, Related> of(Table table) {
        return byType.getOrDefault(table.type(), Map.of());
    }
}
