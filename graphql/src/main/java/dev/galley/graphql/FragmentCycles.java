package dev.galley.graphql;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds a fragment that is used inside of itself. Takes each fragment once, so the work is no more than the document is long. */
final class FragmentCycles {
    private final Map<String, FragmentDefinition> fragments = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private final Set<String> done = new HashSet<>();

    private FragmentCycles(Document document) {
        document.getDefinitionsOfType(FragmentDefinition.class)
                .forEach(fragment -> fragments.putIfAbsent(fragment.getName(), fragment));
    }

    /** The name of one of the fragments of a cycle. */
    static Optional<String> first(Document document) {
        FragmentCycles cycles = new FragmentCycles(document);
        return cycles.fragments.values().stream()
                .filter(cycles::isPartOfOne)
                .map(FragmentDefinition::getName)
                .findFirst();
    }

    private boolean isPartOfOne(FragmentDefinition fragment) {
        if (!open.add(fragment.getName())) {
            return true;
        }
        boolean found = !done.contains(fragment.getName()) && leadsToOne(fragment.getSelectionSet());
        open.remove(fragment.getName());
        done.add(fragment.getName());
        return found;
    }

    private boolean leadsToOne(SelectionSet set) {
        for (Selection<?> selection : set.getSelections()) {
            boolean found = switch (selection) {
                case Field field -> field.getSelectionSet() != null && leadsToOne(field.getSelectionSet());
                case InlineFragment inline -> leadsToOne(inline.getSelectionSet());
                case FragmentSpread spread -> {
                    FragmentDefinition used = fragments.get(spread.getName());
                    yield used != null && isPartOfOne(used);
                }
                default -> false;
            };
            if (found) {
                return true;
            }
        }
        return false;
    }
}
