package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.TransactionRequest.LocalSetting;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementTimeoutTest {
    @ParameterizedTest
    @CsvSource({"0,0", "30,30", "30ms,30", "3s,3000", "' 2 min ',120000", "1h,3600000", "1d,86400000", "500us,1"})
    void readsTheFormsOfPostgres(String value, long millis) {
        assertThat(StatementTimeout.millis(List.of(new LocalSetting("Statement_Timeout", value))))
                .hasValue(millis);
    }

    @Test
    void theLastOneCountsAndNonsenseIsNone() {
        assertThat(StatementTimeout.millis(List.of(
                        new LocalSetting("statement_timeout", "1"), new LocalSetting("statement_timeout", "2"))))
                .hasValue(2);
        assertThat(StatementTimeout.millis(List.of(new LocalSetting("statement_timeout", "soon"))))
                .isEqualTo(OptionalLong.empty());
        assertThat(StatementTimeout.millis(List.of())).isEmpty();
    }
}
