package dev.galley.schema;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Derives what each relation can embed: along its foreign keys in both directions, the same between views that show the keys'
 * columns, through junctions, and by functions. Only exposed relations take part, on either end and as a junction: a hidden
 * table is not reached by embedding it.
 *
 * <p>A function with the name of a relation replaces what was derived between its argument's relation and that one: the
 * author of the schema has the last word.
 */
final class RelationshipBuilder {

    private static final Comparator<Relationship> ORDER = Comparator.comparing(Relationship::to)
            .thenComparingInt(RelationshipBuilder::rank)
            .thenComparing(RelationshipBuilder::constraints)
            .thenComparing(Relationship::toString);

    private final SchemaScope scope;
    private final Map<QualifiedName, Relation> relations;
    private final List<Relationship.Direct> forward = new ArrayList<>();

    RelationshipBuilder(SchemaScope scope, Map<QualifiedName, Relation> relations) {
        this.scope = scope;
        this.relations = relations;
    }

    void addForeignKeys(RelationCatalog catalog, KeyCatalog keys, ViewKeys views) {
        for (KeyCatalog.ForeignKey key : keys.foreignKeys()) {
            boolean oneToOne = keys.oneToOne(key);
            List<ViewKeys.Showing> near = ends(catalog, key.table(), key.columns(), views.referencing(key));
            List<ViewKeys.Showing> far = ends(catalog, key.target(), key.targetColumns(), views.referenced(key));
            for (ViewKeys.Showing from : near) {
                for (ViewKeys.Showing to : far) {
                    forward.add(new Relationship.Direct(
                            from.view().name(),
                            to.view().name(),
                            key.name(),
                            pairs(from.columns(), to.columns()),
                            true,
                            oneToOne));
                }
            }
        }
    }

    /** The table itself and the views that show the columns, as far as they are exposed. */
    private List<ViewKeys.Showing> ends(
            RelationCatalog catalog, int table, List<Integer> columns, List<ViewKeys.Showing> views) {
        List<ViewKeys.Showing> ends = new ArrayList<>();
        catalog.byOid(table).ifPresent(entry -> {
            List<String> names = columns.stream()
                    .map(entry::columnName)
                    .flatMap(Optional::stream)
                    .toList();
            if (names.size() == columns.size()) {
                ends.add(new ViewKeys.Showing(entry, names));
            }
        });
        ends.addAll(views);
        ends.removeIf(end -> !scope.exposes(end.view().name()));
        return ends;
    }

    private static List<Relationship.Pair> pairs(List<String> from, List<String> to) {
        List<Relationship.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < from.size(); i++) {
            pairs.add(new Relationship.Pair(from.get(i), to.get(i)));
        }
        return List.copyOf(pairs);
    }

    Map<QualifiedName, List<Relationship>> build(List<Relationship.Computed> computed) {
        List<Relationship> derived = new ArrayList<>(forward);
        for (Relationship.Direct there : forward) {
            derived.add(new Relationship.Direct(
                    there.to(), there.from(), there.constraint(), swapped(there.pairs()), false, there.oneToOne()));
        }
        addThroughJunctions(derived);

        Set<List<QualifiedName>> replaced = new HashSet<>();
        List<Relationship> functions = new ArrayList<>();
        for (Relationship.Computed function : computed) {
            if (scope.exposes(function.from()) && scope.exposes(function.to())) {
                replaced.add(List.of(function.from(), function.function()));
                functions.add(function);
            }
        }
        derived.removeIf(relationship -> replaced.contains(List.of(relationship.from(), relationship.to())));
        derived.addAll(functions);
        derived.sort(ORDER);

        Map<QualifiedName, List<Relationship>> byNearEnd = new LinkedHashMap<>();
        derived.forEach(relationship -> byNearEnd
                .computeIfAbsent(relationship.from(), any -> new ArrayList<>())
                .add(relationship));
        byNearEnd.replaceAll((from, list) -> List.copyOf(list));
        return Map.copyOf(byNearEnd);
    }

    /** A one-to-one key makes no junction: the far side would be met at most once anyway. */
    private void addThroughJunctions(List<Relationship> derived) {
        Map<QualifiedName, List<Relationship.Direct>> byJunction = new HashMap<>();
        for (Relationship.Direct key : forward) {
            Relation junction = relations.get(key.from());
            Set<String> primaryKey = junction == null ? Set.of() : Set.copyOf(junction.primaryKey());
            if (!key.oneToOne() && key.pairs().stream().allMatch(pair -> primaryKey.contains(pair.from()))) {
                byJunction.computeIfAbsent(key.from(), any -> new ArrayList<>()).add(key);
            }
        }
        byJunction.forEach((junction, keys) -> {
            for (Relationship.Direct near : keys) {
                for (Relationship.Direct far : keys) {
                    if (!near.constraint().equals(far.constraint())) {
                        derived.add(new Relationship.Through(
                                near.to(),
                                far.to(),
                                junction,
                                near.constraint(),
                                far.constraint(),
                                swapped(near.pairs()),
                                far.pairs()));
                    }
                }
            }
        });
    }

    private static List<Relationship.Pair> swapped(List<Relationship.Pair> pairs) {
        return pairs.stream()
                .map(pair -> new Relationship.Pair(pair.to(), pair.from()))
                .toList();
    }

    /** One-to-many first, functions last. */
    private static int rank(Relationship relationship) {
        return switch (relationship) {
            case Relationship.Direct direct -> direct.oneToOne() ? 2 : direct.forward() ? 1 : 0;
            case Relationship.Through through -> 3;
            case Relationship.Computed computed -> 4;
        };
    }

    private static String constraints(Relationship relationship) {
        return switch (relationship) {
            case Relationship.Direct direct -> direct.constraint();
            case Relationship.Through through -> through.junction() + " " + through.nearConstraint();
            case Relationship.Computed computed -> computed.function().toString();
        };
    }
}
