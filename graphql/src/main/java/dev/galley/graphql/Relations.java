package dev.galley.graphql;

import dev.galley.query.Nested;
import dev.galley.query.QueryException;
import dev.galley.query.document.Rights;
import dev.galley.query.document.Source;
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
import java.util.stream.Collectors;

/** The fields that lead from a record to others: along foreign keys, and along those that a view's comment tells of. */
final class Relations {
    private final SchemaModel model;
    private final Tables tables;
    private final Map<String, Map<String, Related>> byType = new LinkedHashMap<>();

    /**
     * @param required whether there is always one, as far as the role can see
     * @param insertKey under which rows stand inside the rows of an insert; empty where none can
     */
    record Related(Meaning meaning, Table table, boolean many, boolean required, Optional<String> insertKey) {}

    private record Key(
            Table local,
            Table foreign,
            List<Pair> pairs,
            boolean unique,
            Optional<String> constraint,
            Optional<String> localName,
            Optional<String> foreignName) {}

    Relations(SchemaModel model, Rights rights, Tables tables) {
        this.model = model;
        this.tables = tables;
        List<Key> keys = new ArrayList<>();
        for (Table table : tables.all()) {
            keys.addAll(foreignKeys(model, rights, table));
            keys.addAll(told(table));
        }
        keys.removeIf(key -> !reads(
                        key.local(), key.pairs().stream().map(Pair::from).toList())
                || !reads(key.foreign(), key.pairs().stream().map(Pair::to).toList()));
        keys.forEach(this::forward);
        keys.forEach(this::backward);
        tables.all().forEach(table -> throughs(table, rights));
    }

    private List<Key> foreignKeys(SchemaModel model, Rights rights, Table table) {
        List<Key> keys = new ArrayList<>();
        for (Relationship each : model.relationshipsFrom(table.relation().name())) {
            if (each instanceof Relationship.Direct direct
                    && direct.forward()
                    && isTable(model, direct.from())
                    && isTable(model, direct.to())) {
                Directives directives =
                        Directives.of(rights.constraint(table.relation().name(), direct.constraint()));
                tables.of(direct.to())
                        .ifPresent(foreign -> keys.add(new Key(
                                table,
                                foreign,
                                direct.pairs(),
                                isUnique(
                                        table,
                                        direct.pairs().stream().map(Pair::from).toList()),
                                Optional.of(direct.constraint()),
                                directives.text("local_name"),
                                directives.text("foreign_name"))));
            }
        }
        return keys;
    }

    /** Keys between views are told by comments only. */
    private static boolean isTable(SchemaModel model, QualifiedName name) {
        return model.relation(name)
                .filter(relation -> switch (relation.kind()) {
                    case TABLE, PARTITIONED_TABLE, FOREIGN_TABLE -> true;
                    case VIEW, MATERIALIZED_VIEW -> false;
                })
                .isPresent();
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
                        Optional.empty(),
                        key.localName(),
                        key.foreignName()));
            }
        }
        return keys;
    }

    private boolean isUnique(Table table, List<String> columns) {
        Set<String> asked = Set.copyOf(columns);
        return isTable(model, table.relation().name())
                && (asked.containsAll(table.key())
                        || table.relation().uniqueKeys().stream().anyMatch(asked::containsAll));
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
                new Related(
                        new Meaning.ToOne(key.foreign(), key.pairs()),
                        key.foreign(),
                        false,
                        required,
                        insertKey(key, true)));
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
        Meaning meaning = key.unique()
                ? new Meaning.ToOne(key.local(), pairs)
                : new Meaning.ToMany(
                        key.local(), new Source.Related(key.local().relation().name(), pairs));
        add(key.foreign(), name, new Related(meaning, key.local(), !key.unique(), false, insertKey(key, false)));
    }

    /** A table that refers to itself is asked for by the column that its rows refer by, in one direction only. */
    private Optional<String> insertKey(Key key, boolean forward) {
        QualifiedName from = (forward ? key.local() : key.foreign()).relation().name();
        QualifiedName to = (forward ? key.foreign() : key.local()).relation().name();
        boolean self = from.equals(to);
        if (self && (forward || key.pairs().size() != 1)) {
            return Optional.empty();
        }
        return key.constraint()
                .map(constraint ->
                        to.name() + "!" + (self ? key.pairs().getFirst().from() : constraint))
                .filter(name -> leads(from, to, name));
    }

    private boolean leads(QualifiedName from, QualifiedName to, String name) {
        try {
            return Nested.target(model, from, name).filter(to::equals).isPresent();
        } catch (QueryException ambiguous) {
            return false;
        }
    }

    private void throughs(Table table, Rights rights) {
        if (!table.has(Extension.MANY_TO_MANY)) {
            return;
        }
        List<Relationship.Through> all = new ArrayList<>();
        for (Relationship each : model.relationshipsFrom(table.relation().name())) {
            if (each instanceof Relationship.Through through && isReadable(table, through)) {
                all.add(through);
            }
        }
        for (Relationship.Through through : all) {
            Table junction = tables.of(through.junction()).orElseThrow();
            Table far = tables.of(through.to()).orElseThrow();
            long alike = all.stream()
                    .filter(other ->
                            other.to().equals(through.to()) && other.junction().equals(through.junction()))
                    .count();
            String by = alike == 1
                    ? ""
                    : "By" + through.far().stream().map(Pair::from).collect(Collectors.joining("And"));
            String name = Directives.of(rights.constraint(through.junction(), through.farConstraint()))
                    .text("through_name")
                    .orElseGet(() -> far.fieldName("CollectionThrough") + junction.type() + by);
            Source source = new Source.Through(through.to(), through.junction(), through.near(), through.far());
            String key = through.to().name() + "!" + through.junction().name();
            if (table.fields().containsKey(name)) {
                continue;
            }
            add(
                    table,
                    name,
                    new Related(
                            new Meaning.ToMany(far, source),
                            far,
                            true,
                            false,
                            Optional.of(key).filter(it -> alike == 1 && leads(through.from(), through.to(), it))));
        }
    }

    /** Whoever may not read the junction's keys is not led along them. */
    private boolean isReadable(Table table, Relationship.Through through) {
        Optional<Table> junction = tables.of(through.junction());
        Optional<Table> far = tables.of(through.to());
        return junction.isPresent()
                && far.isPresent()
                && isTable(model, through.from())
                && isTable(model, through.to())
                && isTable(model, through.junction())
                && reads(table, through.near().stream().map(Pair::from).toList())
                && reads(junction.get(), through.near().stream().map(Pair::to).toList())
                && reads(junction.get(), through.far().stream().map(Pair::from).toList())
                && reads(far.get(), through.far().stream().map(Pair::to).toList());
    }

    private static boolean reads(Table table, List<String> columns) {
        return table.rights().select().containsAll(columns);
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

    /** By type and name. */
    Map<String, Map<String, Related>> all() {
        return Map.copyOf(byType);
    }

    Map<String, Related> of(Table table) {
        return byType.getOrDefault(table.type(), Map.of());
    }
}
