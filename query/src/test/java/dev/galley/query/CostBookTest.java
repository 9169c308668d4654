package dev.galley.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Step;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is taken for the same work. */
class CostBookTest {
    private static final List<LocalSetting> ADA = List.of(new LocalSetting("request.jwt.claims", "ada"));
    private static final List<LocalSetting> BOB = List.of(new LocalSetting("request.jwt.claims", "bob"));

    private static CostBook.Key key(
            String value, List<LocalSetting> inForce, List<LocalSetting> ofAll, boolean bounded) {
        Step step =
                new Step(new Statement("select $1", List.of(value.getBytes(StandardCharsets.UTF_8))), RowHandler.NONE);
        return CostBook.key(
                "select $1",
                step,
                inForce,
                new TransactionRequest(
                        "member", ofAll, false, bounded, List.of(step), new Commit(), Duration.ofSeconds(1)),
                new CostBook.Digests());
    }

    @Test
    void anEstimateHoldsForItsValuesAndTheSettingsInForceOnly() {
        CostBook book = new CostBook(Duration.ofMinutes(1));
        book.remember(key("1", ADA, ADA, false), 5);
        assertThat(book.known(key("1", ADA, ADA, false))).hasValue(5.0);
        assertThat(book.known(key("2", ADA, ADA, false))).isEmpty();
        assertThat(book.known(key("1", BOB, ADA, false))).isEmpty();
        assertThat(book.known(key("1", ADA, BOB, false))).isEmpty();
        assertThat(book.known(key("1", List.of(), ADA, false))).isEmpty();
        book.remember(key("1", List.of(), ADA, true), 7);
        assertThat(book.known(key("2", List.of(), BOB, true))).hasValue(7.0);
    }
}
