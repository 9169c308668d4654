package dev.galley.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HiddenValuesTest {
    private final HiddenValues hidden =
            new HiddenValues(List.of("9MB", "host=db password=hunt\"er2 user", "cp %p /x && echo 9MB", ""));

    @Test
    void takesOutWhatPostgresRepeatsOfAValue() {
        assertThat(hidden.removed("invalid value for parameter \"work_mem\": \"9MB\""))
                .isEqualTo("invalid value for parameter \"work_mem\": \"...\"");
        assertThat(hidden.removed("parameter \"archive_command\" changed to \"cp %p /x && echo 9MB\""))
                .isEqualTo("parameter \"archive_command\" changed to \"...\"");
        assertThat(hidden.removed("changed to \"host=db password=hunt\"er2 user\""))
                .isEqualTo("changed to \"...\"");
    }

    @Test
    void takesOutThePartOfAConnectionStringThatCouldNotBeRead() {
        assertThat(hidden.removed("missing \"=\" after \"user\" in connection info string"))
                .doesNotContain("user");
    }

    @Test
    void leavesEverythingElse() {
        String line = "ERROR:  column \"p\" of relation \"x\" does not exist, 9MB";
        assertThat(hidden.removed(line)).isEqualTo(line);
    }
}
