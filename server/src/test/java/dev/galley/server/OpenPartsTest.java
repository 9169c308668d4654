package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenPartsTest {
    private final List<String> closed = new ArrayList<>();
    private final OpenParts parts = new OpenParts();

    @Test
    void partsAreClosedInReverseOrderAlsoWhenOneFails() {
        parts.add("first", () -> closed.add("first"));
        parts.add("second", () -> {
            throw new IllegalStateException("on purpose");
        });
        parts.add("third", () -> closed.add("third"));
        parts.close();
        parts.close();
        assertThat(closed).containsExactly("third", "first");
    }

    @Test
    void aPartThatComesUpAfterTheStopIsClosedAtOnce() {
        parts.close();
        assertThatThrownBy(() -> parts.add("late", () -> closed.add("late"))).isInstanceOf(Failure.class);
        assertThat(closed).containsExactly("late");
    }
}
