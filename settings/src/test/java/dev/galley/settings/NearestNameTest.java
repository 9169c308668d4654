package dev.galley.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    private static final List<String> KNOWN = List.of("http.port", "http.host", "rest.max-rows", "rest.schemas");

    @ParameterizedTest
    @CsvSource({
        "http.prot, http.port",
        "HTTP.PORT, http.port",
        "rest.max_rows, rest.max-rows",
        "max-rows, rest.max-rows",
        "api.schemas, rest.schemas",
        "rest.schema, rest.schemas"
    })
    void theNearestNameIsFound(String written, String meant) {
        assertThat(NearestName.of(written, KNOWN)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"quite.another.thing", "x", "''"})
    void nothingIsSuggestedForWhatIsFarFromAll(String written) {
        assertThat(NearestName.of(written, KNOWN)).isEmpty();
        assertThat(NearestName.of(written, List.of())).isEmpty();
    }
}
