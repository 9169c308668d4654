package dev.galley.graphql;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts a document's operations as they would be run, before they are validated: fragments unfolded where they are used, selections of
 * the same key at the same place taken together. The work of the count is bounded by the limits that it checks, so a few short fragments
 * that stand for a very large selection are refused early, and validation, which compares all selections of a key in pairs, is never
 * asked to compare more than {@code graphql.max-overlaps}.
 */
final class OperationLimits {
    /** Selections, fragments among them, that are looked at for each field that there may be. */
    private static final int SELECTIONS_PER_FIELD = 10;

    private final GraphqlLimits limits;
    private final Map<String, FragmentDefinition> fragments = new HashMap<>();
    private long selections;
    private long overlaps;
    private int fields;

    private OperationLimits(Document document, GraphqlLimits limits) {
        this.limits = limits;
        document.getDefinitionsOfType(FragmentDefinition.class)
                .forEach(fragment -> fragments.putIfAbsent(fragment.getName(), fragment));
    }

    /**
     * @param document whose fragments use no fragment inside of itself
     * @throws GraphqlException when one of the limits is passed
     */
    static void check(Document document, GraphqlLimits limits) {
        OperationLimits counts = new OperationLimits(document, limits);
        for (OperationDefinition operation : document.getDefinitionsOfType(OperationDefinition.class)) {
            counts.fields = 0;
            counts.place(List.of(operation.getSelectionSet()), 1);
        }
    }

    /** What is selected at one place: by several fields of the same key, each with its own selection. */
    private void place(List<SelectionSet> sets, int depth) {
        Limit.DEPTH.require(depth, limits.depth());
        Map<String, List<SelectionSet>> keys = new LinkedHashMap<>();
        Map<String, Integer> times = new HashMap<>();
        Set<String> used = new HashSet<>();
        sets.forEach(set -> collect(set, keys, times, used));
        if (depth == 1) {
            Limit.ROOTS.require(keys.size(), limits.roots());
        }
        fields += keys.size();
        Limit.FIELDS.require(fields, limits.fields());
        keys.values().stream().filter(each -> !each.isEmpty()).forEach(each -> place(each, depth + 1));
    }

    private void collect(
            SelectionSet set, Map<String, List<SelectionSet>> keys, Map<String, Integer> times, Set<String> used) {
        for (Selection<?> selection : set.getSelections()) {
            Limit.SELECTIONS.require(++selections, (long) SELECTIONS_PER_FIELD * limits.fields());
            switch (selection) {
                case Field field -> {
                    String key = field.getResultKey();
                    int before = times.merge(key, 1, Integer::sum) - 1;
                    overlaps += before;
                    Limit.OVERLAPS.require(overlaps, limits.overlaps());
                    List<SelectionSet> inner = keys.computeIfAbsent(key, _ -> new ArrayList<>(1));
                    if (field.getSelectionSet() != null) {
                        inner.add(field.getSelectionSet());
                    }
                }
                case InlineFragment fragment -> collect(fragment.getSelectionSet(), keys, times, used);
                case FragmentSpread spread -> {
                    FragmentDefinition fragment = fragments.get(spread.getName());
                    if (fragment != null && used.add(spread.getName())) {
                        collect(fragment.getSelectionSet(), keys, times, used);
                    }
                }
                default -> throw new IllegalStateException("no selection: " + selection);
            }
        }
    }
}
