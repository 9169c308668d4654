package dev.galley.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may want to hear of a table, found by the values of a changed row: a wish with a condition {@code column=eq.value} lies under
 * that value; one of a caller who sees only rows that hold their id (by the policies) under that id. Ten thousand such wishes cost one look
 * for each column. What is found is looked at closer by others; what is not found could not be told. Guarded by the lock of
 * {@link LiveRows}.
 */
final class TableIndex {
    private final TableRules rules;
    private final Map<String, Map<String, Set<Hearer.Binding>>> byValue = new HashMap<>();
    private final Map<String, Map<String, Set<Hearer.Binding>>> byOwner = new HashMap<>();
    /** Those under an owner, for deletions, to which policies do not apply. */
    private final Set<Hearer.Binding> owned = new LinkedHashSet<>();

    private final Set<Hearer.Binding> others = new LinkedHashSet<>();
    private final Map<String, Optional<String>> owners;

    /** @param owners for each role, the column that has to hold the caller's id */
    TableIndex(TableRules rules, Map<String, Optional<String>> owners) {
        this.rules = rules;
        this.owners = owners;
    }

    TableRules rules() {
        return rules;
    }

    /** Rules that were read anew are another object, also when they say the same. */
    @SuppressWarnings("ReferenceEquality")
    boolean fits(TableRules current) {
        return rules == current;
    }

    boolean knows(String role) {
        return owners.containsKey(role);
    }

    void owner(String role, Optional<String> column) {
        owners.put(role, column);
    }

    void add(Hearer.Binding binding) {
        Optional<Test> equal = binding.testsOf(rules).orElse(List.of()).stream()
                .filter(test -> test.equal().isPresent())
                .findFirst();
        if (equal.isPresent()) {
            put(byValue, equal.get().column().name(), equal.get().equal().orElseThrow(), binding);
            return;
        }
        Optional<String> owner = owners.getOrDefault(binding.hearer().role(), Optional.empty());
        if (owner.isPresent() && binding.hearer().subject().isPresent()) {
            put(byOwner, owner.get(), id(owner.get(), binding.hearer().subject().get()), binding);
            owned.add(binding);
        } else {
            others.add(binding);
        }
    }

    /** A caller's id as the column would print it. */
    private String id(String column, String subject) {
        boolean uuid = rules.column(column)
                .filter(each -> each.typeName().equals("uuid"))
                .isPresent();
        return uuid ? subject.toLowerCase(Locale.ROOT) : subject;
    }

    private static void put(
            Map<String, Map<String, Set<Hearer.Binding>>> index, String column, String value, Hearer.Binding binding) {
        index.computeIfAbsent(column, _ -> new HashMap<>())
                .computeIfAbsent(value, _ -> new HashSet<>())
                .add(binding);
    }

    void remove(Hearer.Binding binding) {
        others.remove(binding);
        owned.remove(binding);
        remove(byValue, binding);
        if (binding.hearer().subject().isPresent()) {
            byOwner.forEach((column, values) ->
                    removeFrom(values, id(column, binding.hearer().subject().get()), binding));
        }
    }

    private void remove(Map<String, Map<String, Set<Hearer.Binding>>> index, Hearer.Binding binding) {
        for (Test test : binding.testsOf(rules).orElse(List.of())) {
            Map<String, Set<Hearer.Binding>> values = index.get(test.column().name());
            if (values != null && test.equal().isPresent()) {
                removeFrom(values, test.equal().get(), binding);
            }
        }
    }

    private static void removeFrom(Map<String, Set<Hearer.Binding>> values, String value, Hearer.Binding binding) {
        Set<Hearer.Binding> bindings = values.get(value);
        if (bindings != null && bindings.remove(binding) && bindings.isEmpty()) {
            values.remove(value);
        }
    }

    /** Those whom the change may concern. */
    List<Hearer.Binding> candidates(RowChange change) {
        List<Hearer.Binding> found = new ArrayList<>(others);
        collect(byValue, change, found);
        if (change.event() == Wish.Event.DELETE) {
            found.addAll(owned);
        } else {
            collect(byOwner, change, found);
        }
        return found;
    }

    private static void collect(
            Map<String, Map<String, Set<Hearer.Binding>>> index, RowChange change, List<Hearer.Binding> found) {
        index.forEach((column, values) -> {
            if (change.knows(column)) {
                change.value(column).map(values::get).ifPresent(found::addAll);
            } else if (change.event() != Wish.Event.DELETE) {
                values.values().forEach(found::addAll);
            }
        });
    }
}
