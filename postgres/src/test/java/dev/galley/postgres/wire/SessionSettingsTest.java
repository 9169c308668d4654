package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.WireHarness.Ask;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionSettingsTest {
    private static final LocalSetting USUAL = new LocalSetting("request.method", "GET");
    private static final LocalSetting OTHER = new LocalSetting("request.method", "POST");
    private final SessionSettings session = SessionSettings.with(Map.of("request.method", "GET"));

    @Test
    void whatTheSessionBeganWithIsNotSetAgain() {
        assertThat(session.mustSet(List.of(USUAL), 0)).isFalse();
        assertThat(session.mustSet(List.of(OTHER), 0)).isTrue();
        assertThat(session.mustSet(List.of(new LocalSetting("request.path", "GET")), 0))
                .isTrue();
    }

    @Test
    void theLastOfTwoCounts() {
        assertThat(session.mustSet(List.of(OTHER, USUAL), 1)).isTrue();
        assertThat(session.mustSet(List.of(new LocalSetting("Request.Method", "PUT"), USUAL), 1))
                .isTrue();
    }

    @Test
    void aPoolerIsToldNothingAtStartup() {
        assertThat(SessionSettings.POOLED.atStartup()).isEmpty();
        assertThat(SessionSettings.POOLED.everyTime()).containsEntry("TimeZone", "UTC");
        assertThat(SessionSettings.POOLED.mustSet(List.of(USUAL), 0)).isTrue();
    }

    @Test
    void aValueThatAnotherRequestOrAFunctionLeftIsGone() {
        var database = TestPostgres.shared().createDatabase("""
                do $$ begin create role wire_user; exception when duplicate_object then null; end $$;
                create function leave() returns text language sql volatile as
                  $$ select set_config('request.method', 'left', false) || set_config('search_path', 'pg_temp', false) $$;
                """);
        Map<String, String> usual = Map.of("request.method", "GET", "search_path", "\"public\"");
        String seen = "select current_setting('request.method') || ' ' || current_setting('search_path')";
        try (WireHarness wire = new WireHarness(database, WireSettings.DEFAULT, WireObserver.NONE, usual)) {
            for (int round = 0; round < 20; round++) {
                assertThat(wire.value(Ask.read("wire_user", seen).with("request.method", "GET")))
                        .isEqualTo("GET \"public\"");
                assertThat(wire.value(Ask.read("wire_user", seen).with("request.method", "HEAD")))
                        .isEqualTo("HEAD \"public\"");
                wire.value(Ask.write("wire_user", "select public.leave()").with("request.method", "GET"));
            }
        }
    }
}
