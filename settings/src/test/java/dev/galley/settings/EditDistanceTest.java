package dev.galley.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({"'','',0", "a,'',1", "'',abc,3", "kitten,sitting,3", "abc,abc,0", "flaw,lawn,2", "ab,ba,2"})
    void lettersAreCounted(String left, String right, int distance) {
        assertThat(EditDistance.of(left, right)).isEqualTo(distance);
        assertThat(EditDistance.of(right, left)).isEqualTo(distance);
    }
}
