package dev.galley.rest;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request of several steps, read but not yet understood: names of tables are looked up when a step's turn comes.
 *
 * @param isolation as SQL writes it
 * @param used the numbers of the steps whose results others use
 */
record TxDocument(Optional<String> isolation, List<TxStep> steps, Set<Integer> used) {

    boolean reads() {
        return steps.stream().allMatch(TxStep::reads);
    }

    /** The end of the round trip that begins with this step: a step that uses a result of the same one begins another. */
    int endOfRound(int start) {
        for (int i = start + 1; i < steps.size(); i++) {
            if (steps.get(i).uses().stream().anyMatch(used -> used >= start)) return i;
        }
        return steps.size();
    }
}
