package dev.galley.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    private static final List<String> NAMES = List.of("projects", "project_users", "clients", "Tasks", "größen");

    @Test
    void aSlipOfTheFingerIsPutRight() {
        assertThat(NearestName.to("projets", NAMES, NearestName.LIKELY)).contains("projects");
        assertThat(NearestName.to("client", NAMES, NearestName.LIKELY)).contains("clients");
        assertThat(NearestName.to("tasks", NAMES, NearestName.LIKELY)).contains("Tasks");
        assertThat(NearestName.to("grösen", NAMES, NearestName.LIKELY)).contains("größen");
    }

    @Test
    void whatIsNotSimilarGivesNoHint() {
        assertThat(NearestName.to("invoices", NAMES, NearestName.LIKELY)).isEmpty();
        assertThat(NearestName.to("", NAMES, NearestName.POSSIBLE)).isEmpty();
        assertThat(NearestName.to("projects", List.of(), NearestName.POSSIBLE)).isEmpty();
        assertThat(NearestName.to("xyz", List.of("abc"), 0))
                .as("no two letters in common")
                .isEmpty();
    }

    @Test
    void ofEquallySimilarNamesTheFirstInTheAlphabetIsTaken() {
        assertThat(NearestName.to("cat", List.of("rat", "hat", "cut"), NearestName.POSSIBLE))
                .contains("cut");
        assertThat(NearestName.to("cat", List.of("cut", "hat", "rat"), NearestName.POSSIBLE))
                .contains("cut");
    }

    @Test
    void aLowerBarFindsMore() {
        assertThat(NearestName.to("(a, b)", List.of("(a, b, c, d)"), NearestName.LIKELY))
                .isEmpty();
        assertThat(NearestName.to("(a, b)", List.of("(a, b, c, d)"), NearestName.POSSIBLE))
                .contains("(a, b, c, d)");
    }

    @Test
    void excessiveInputIsNotLookedAt() {
        assertThat(NearestName.to("p".repeat(100_000), List.of("p".repeat(100_001)), 0))
                .isEmpty();
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 2_001; i++) {
            many.add("name" + i);
        }
        assertThat(NearestName.to("name1", many, NearestName.LIKELY)).isEmpty();
    }
}
