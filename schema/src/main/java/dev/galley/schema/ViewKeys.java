package dev.galley.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which views show all the columns of a key. A view may show a column several times; a foreign key then gives one relationship
 * for each way to pick its columns.
 */
final class ViewKeys {

    /** Ways to pick a key's columns of one view that are followed; more than this is no sensible view. */
    private static final int MAX_PICKS = 100;

    /** A view and its columns in the order of the key. */
    record Showing(RelationCatalog.Entry view, List<String> columns) {}

    private final Map<KeyCatalog.ForeignKey, List<Showing>> referencing = new HashMap<>();
    private final Map<KeyCatalog.ForeignKey, List<Showing>> referenced = new HashMap<>();
    private final Map<Integer, List<String>> primaryKeys = new HashMap<>();

    ViewKeys(RelationCatalog relations, ViewCatalog views, KeyCatalog keys) {
        Map<Integer, List<KeyCatalog.ForeignKey>> byTable = new HashMap<>();
        Map<Integer, List<KeyCatalog.ForeignKey>> byTarget = new HashMap<>();
        for (KeyCatalog.ForeignKey key : keys.foreignKeys()) {
            byTable.computeIfAbsent(key.table(), any -> new ArrayList<>()).add(key);
            byTarget.computeIfAbsent(key.target(), any -> new ArrayList<>()).add(key);
        }
        for (RelationCatalog.Entry view : relations.all()) {
            if (!view.isView()) {
                continue;
            }
            List<String> primaryKey = new ArrayList<>();
            views.tablesBehind(view).forEach((table, columns) -> {
                candidates(keys.primaryKey(table), columns)
                        .ifPresent(shown -> shown.forEach(names -> primaryKey.add(names.getFirst())));
                for (KeyCatalog.ForeignKey key : byTable.getOrDefault(table, List.of())) {
                    add(referencing, key, view, candidates(key.columns(), columns));
                }
                for (KeyCatalog.ForeignKey key : byTarget.getOrDefault(table, List.of())) {
                    add(referenced, key, view, candidates(key.targetColumns(), columns));
                }
            });
            if (!primaryKey.isEmpty()) {
                primaryKeys.put(view.oid(), List.copyOf(primaryKey));
            }
        }
    }

    /** For each column of the key the view's columns that show it; empty when one is not shown at all or there is no key. */
    private static Optional<List<List<String>>> candidates(List<Integer> key, Map<Integer, List<String>> columns) {
        return key.isEmpty() || !columns.keySet().containsAll(key)
                ? Optional.empty()
                : Optional.of(key.stream().map(columns::get).toList());
    }

    private static void add(
            Map<KeyCatalog.ForeignKey, List<Showing>> index,
            KeyCatalog.ForeignKey key,
            RelationCatalog.Entry view,
            Optional<List<List<String>>> candidates) {
        candidates.ifPresent(columns -> {
            List<Showing> showing = index.computeIfAbsent(key, any -> new ArrayList<>());
            picks(columns).forEach(pick -> showing.add(new Showing(view, pick)));
        });
    }

    private static List<List<String>> picks(List<List<String>> candidates) {
        List<List<String>> picks = List.of(List.of());
        for (List<String> names : candidates) {
            List<List<String>> longer = new ArrayList<>();
            for (List<String> pick : picks) {
                for (String name : names) {
                    if (longer.size() < MAX_PICKS) {
                        List<String> extended = new ArrayList<>(pick);
                        extended.add(name);
                        longer.add(extended);
                    }
                }
            }
            picks = longer;
        }
        return picks;
    }

    /** Views that show the referencing columns. */
    List<Showing> referencing(KeyCatalog.ForeignKey key) {
        return referencing.getOrDefault(key, List.of());
    }

    /** Views that show the referenced columns. */
    List<Showing> referenced(KeyCatalog.ForeignKey key) {
        return referenced.getOrDefault(key, List.of());
    }

    /** The columns of the view that carry the primary keys of the tables behind it. */
    List<String> primaryKey(RelationCatalog.Entry view) {
        return primaryKeys.getOrDefault(view.oid(), List.of());
    }
}
