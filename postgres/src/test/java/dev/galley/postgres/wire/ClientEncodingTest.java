package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.Continue;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Next;
import dev.galley.postgres.TransactionRequest.Step;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import dev.galley.postgres.wire.WireHarness.Rows;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A request's function that changes the encoding of the connection changes what no other statement says or reads. */
class ClientEncodingTest {
    /** In GBK the letter's last byte would take the backslash with it. */
    private static final String TEXT = "{\"a\":\"\u4e2d\u00e9\\\"b\"}";

    private static final List<LocalSetting> CLAIMS = List.of(new LocalSetting("request.jwt.claims", TEXT));
    private static final String SEEN = "select current_setting('request.jwt.claims') || '\u4e2d' || $1";

    private static DatabaseAddress database;

    @BeforeAll
    static void prepare() {
        database = TestPostgres.shared().createDatabase("""
                do $$ begin create role wire_encoding; exception when duplicate_object then null; end $$;
                create function recode(here boolean) returns text language sql volatile as
                  $$ select set_config('client_encoding', 'GBK', here) $$;
                create function recode_by_command() returns void language plpgsql volatile as
                  $$ begin set client_encoding = 'GBK'; end $$;
                """);
    }

    private static Step step(RowHandler rows, List<LocalSetting> settings, String sql, String... parameters) {
        List<byte[]> values = List.of(parameters).stream()
                .map(each -> each.getBytes(StandardCharsets.UTF_8))
                .toList();
        return new Step(new Statement(sql, values), rows, settings, false);
    }

    @Test
    void theNextCallerOfTheConnectionSeesNothingOfIt() {
        for (WireSettings settings : List.of(
                SettingsFor.connections(3, 2), SettingsFor.connections(3, 0), SettingsFor.unnamedStatements())) {
            try (WireHarness wire = new WireHarness(database, settings)) {
                for (String recode :
                        List.of("select recode(false)", "select recode(true)", "select recode_by_command()")) {
                    for (int round = 0; round < 10; round++) {
                        wire.run(Ask.write("wire_encoding", recode));
                        wire.run(Ask.bounded("wire_encoding", recode));
                        assertThat(wire.value(Ask.bounded("wire_encoding", SEEN, "\u00e9")
                                        .with("request.jwt.claims", TEXT)))
                                .isEqualTo(TEXT + "\u4e2d\u00e9");
                        assertThat(wire.value(Ask.write("wire_encoding", SEEN, "\u00e9")
                                        .with("request.jwt.claims", TEXT)))
                                .isEqualTo(TEXT + "\u4e2d\u00e9");
                    }
                }
            }
        }
    }

    @Test
    void laterStepsOfTheSameTransactionAreReadAndPrintedAsEver() {
        try (WireHarness wire = new WireHarness(database, WireSettings.DEFAULT)) {
            for (String recode : List.of("select recode(false)", "select recode(true)", "select recode_by_command()")) {
                Rows same = new Rows();
                Rows plain = new Rows();
                Rows further = new Rows();
                var request = new TransactionRequest(
                        "wire_encoding",
                        CLAIMS,
                        false,
                        false,
                        List.of(
                                step(RowHandler.NONE, List.of(), recode),
                                step(same, CLAIMS, SEEN, "\u00e9"),
                                step(RowHandler.NONE, List.of(), recode),
                                step(plain, List.of(), SEEN, "\u00e9"),
                                step(RowHandler.NONE, List.of(), recode)),
                        new Continue(
                                _ -> new Next(List.of(step(further, CLAIMS, SEEN + " || 1", "\u00e9")), new Commit())),
                        Duration.ofSeconds(20));
                assertThat(wire.start(request, new Rows()).get().committed()).isTrue();
                assertThat(List.of(same.only(), plain.only(), further.only()))
                        .containsExactly(TEXT + "\u4e2d\u00e9", TEXT + "\u4e2d\u00e9", TEXT + "\u4e2d\u00e91");
            }
        }
    }
}
