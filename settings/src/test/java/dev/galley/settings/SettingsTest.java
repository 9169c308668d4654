package dev.galley.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private enum Mode {
        FAST,
        VERY_SAFE
    }

    private static Settings file(String toml) {
        return new Settings(TomlLayer.parse(toml, "galley.toml", Map.of("TOKEN", "t0k")));
    }

    private static Settings flags(String... assignments) {
        FlagLayer layer = new FlagLayer();
        for (String assignment : assignments) {
            layer.set(assignment);
        }
        return new Settings(layer);
    }

    @Test
    void aFlagWinsOverTheEnvironmentWhichWinsOverTheFileWhichWinsOverTheDefault() {
        var flags = new FlagLayer().set("http.port=1");
        var environment = new EnvironmentLayer(Map.of("GALLEY_HTTP_PORT", "2", "GALLEY_REST_MAX_ROWS", "20"), Set.of());
        var toml = TomlLayer.parse("[http]\nport = 3\nhost = 'here'\n[rest]\nmax-rows = 30", "galley.toml", Map.of());
        var settings = new Settings(flags, environment, toml);

        assertThat(settings.integer("http.port", 4, 1, 9, "")).isEqualTo(1);
        assertThat(settings.integer("rest.max-rows", 40, 1, 99, "")).isEqualTo(20);
        assertThat(settings.text("http.host", "there", "")).isEqualTo("here");
        assertThat(settings.text("http.path", "default", "")).isEqualTo("default");
        assertThat(settings.declared())
                .extracting(Setting::origin)
                .containsExactly("--set http.port", "environment variable GALLEY_REST_MAX_ROWS", "galley.toml:3", "");
    }

    @Test
    void aSecretListIsReadAndNeverShown() {
        var settings = file("keys = ['a=hunter2', 'b=c']");
        assertThat(settings.secretList("keys", "")).containsExactly("a=hunter2", "b=c");
        assertThat(settings.secretList("others", "")).isEmpty();
        assertThat(settings.declared()).extracting(Setting::value).containsExactly("(set, not shown)", "");
    }

    @Test
    void everyTypeIsReadFromToml() {
        var settings = file("""
                text = "a b"
                number = -5
                yes = true
                wait = "250ms"
                size = "64KiB"
                plain-size = 512
                names = ["a", "b,c"]
                few = "a, b,,c"
                mode = "very-safe"
                secret = "env(TOKEN)"
                """);
        assertThat(settings.text("text", "", "")).isEqualTo("a b");
        assertThat(settings.integer("number", 0, -9, 9, "")).isEqualTo(-5);
        assertThat(settings.flag("yes", false, "")).isTrue();
        assertThat(settings.duration("wait", Duration.ZERO, "")).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.bytes("size", 0, "")).isEqualTo(65536);
        assertThat(settings.bytes("plain-size", 0, "")).isEqualTo(512);
        assertThat(settings.list("names", List.of(), "")).containsExactly("a", "b,c");
        assertThat(settings.list("few", List.of(), "")).containsExactly("a", "b", "c");
        assertThat(settings.choice("mode", Mode.FAST, "")).isEqualTo(Mode.VERY_SAFE);
        assertThat(settings.secret("secret", "")).contains("t0k");
        assertThat(settings.optionalText("absent", "")).isEmpty();
        settings.rejectUnknown();
    }

    @ParameterizedTest
    @CsvSource({
        "10s,10000",
        "5m,300000",
        "24h,86400000",
        "7d,604800000",
        "0s,0",
        "1 s,1000",
        "1m0s,60000",
        "1h30m,5400000",
        "72h0m0s,259200000"
    })
    void durationsAreReadAndPrintedAlike(String text, long millis) {
        Duration duration = flags("wait=" + text).duration("wait", Duration.ofDays(1), "");
        assertThat(duration).isEqualTo(Duration.ofMillis(millis));
        assertThat(Values.duration(Values.print(duration))).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10",
                "s",
                "-1s",
                "1.5s",
                "1w",
                "999999999999d",
                "1s; drop",
                "10S",
                "1m0",
                "m1s",
                "999999999999d1d"
            })
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> flags("wait=" + text).duration("wait", Duration.ZERO, ""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("wait = ")
                .hasMessageContaining("must be a duration such as 250ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5MiB", "10MB", "9999999999999999999", "99999999999999999TiB"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> flags("size=" + text).bytes("size", 0, ""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("must be a size such as 512, 64KiB");
    }

    @Test
    void aWrongValueIsNamedWithItsKeyAndItsPlace() {
        assertThatThrownBy(() -> file("[http]\n\nport = 70000").integer("http.port", 1, 1, 65535, ""))
                .hasMessage("http.port = \"70000\" (galley.toml:3): must be a whole number, 1 to 65535");
        assertThatThrownBy(() -> flags("mode=safe").choice("mode", Mode.FAST, ""))
                .hasMessage("mode = \"safe\" (--set mode): must be one of fast, very-safe");
        assertThatThrownBy(() -> flags("on=perhaps").flag("on", true, "")).hasMessageContaining("true or false");
        assertThatThrownBy(() -> file("port = [1]").integer("port", 1, 1, 9, ""))
                .hasMessageContaining("a list stands here");
        assertThatThrownBy(() -> flags("port=1\n2").integer("port", 1, 1, 9, ""))
                .hasMessageContaining("\"1?2\"");
    }

    @Test
    void aSecretIsNeverShown() {
        var settings = flags("key=hunter2");
        assertThat(settings.secret("key", "")).contains("hunter2");
        assertThat(settings.declared().toString()).doesNotContain("hunter2");
        assertThatThrownBy(() -> file("key = ['hunter2']").secret("key", ""))
                .hasMessageContaining("key")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void anUnknownKeyIsAnErrorWithASuggestionInEveryLayer() {
        var settings = new Settings(
                new FlagLayer().set("http.prot=1"),
                new EnvironmentLayer(
                        Map.of("GALLEY_REST_MAX_ROW", "5", "GALLEY_JAVA", "x", "PATH", "y", "GALLEY_EMPTY", ""),
                        Set.of("GALLEY_JAVA")),
                TomlLayer.parse("max-rows = 3\n[zebra]\nstripes = 1", "galley.toml", Map.of()));
        settings.integer("http.port", 1, 1, 9, "");
        settings.integer("rest.max-rows", 1, 1, 9, "");
        assertThatThrownBy(settings::rejectUnknown).hasMessage("""
                        unknown setting http.prot (--set http.prot). Did you mean http.port?
                        unknown setting GALLEY_REST_MAX_ROW (environment variable). Did you mean GALLEY_REST_MAX_ROWS?
                        unknown setting max-rows (galley.toml:1). Did you mean rest.max-rows?
                        unknown setting zebra.stripes (galley.toml:3). `galley settings` lists all""");
    }

    @Test
    void aReferenceToAMissingEnvironmentVariableIsAnErrorOnlyWhereItIsUsed() {
        var settings = file("used = 'env(NOPE)'\nother = 'env(NOPE)'");
        assertThat(settings.text("unrelated", "x", "")).isEqualTo("x");
        assertThatThrownBy(() -> settings.text("used", "", ""))
                .hasMessage("used (galley.toml:1): the environment variable NOPE is not set");
    }

    @Test
    void brokenTomlAndBrokenFlagsAreNamed() {
        assertThatThrownBy(() -> file("a = \nb = 1"))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("galley.toml:1: ");
        assertThatThrownBy(() -> flags("port")).hasMessage("--set \"port\": write --set key=value");
        assertThatThrownBy(() -> flags("=5")).hasMessageContaining("key=value");
    }

    @Test
    void aSecretWrittenWrongIsNotRepeated() {
        for (String slip : List.of(
                "key = hunter2secret",
                "key = \"hunter2secret",
                "key = 'hunter2\nsecret'",
                "key = \"x\" hunter2secret",
                "key : hunter2secret",
                "key = hunter2secret # it's",
                "key = 12hunter2 secret",
                "hunter2 secret")) {
            assertThatThrownBy(() -> file(slip))
                    .as(slip)
                    .isInstanceOf(SettingsException.class)
                    .hasMessageStartingWith("galley.toml:")
                    .hasMessageNotContaining("unter2")
                    .hasMessageNotContaining("secret");
        }
        for (String slip : List.of("auth.key:Hunter2", "auth.key Hunter2", "HUNTER2", "auth.key:\"Hunter2\"")) {
            assertThatThrownBy(() -> flags(slip))
                    .as(slip)
                    .hasMessageContaining("write --set key=value")
                    .hasMessageNotContainingAny("Hunter2", "HUNTER2");
        }
    }

    @Test
    void keysOfAnotherProgramAreTranslatedAndTheRestIsLeftOut() {
        var layer = TomlLayer.parse("[api]\nport = 5\n[studio]\nport = 6", "supabase/config.toml", Map.of())
                .translated(Map.of("api.port", "http.port"));
        var settings = new Settings(layer);
        assertThat(settings.integer("http.port", 1, 1, 9, "")).isEqualTo(5);
        assertThat(settings.declared().getFirst().origin()).isEqualTo("supabase/config.toml:2");
        settings.rejectUnknown();
    }

    @Test
    void aKeyDeclaredTwiceDifferentlyIsAMistakeOfOurs() {
        var settings = flags();
        settings.integer("a.b", 1, 1, 9, "x");
        settings.integer("a.b", 1, 1, 9, "x");
        assertThatThrownBy(() -> settings.integer("a.b", 2, 1, 9, "x")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theReferenceListsEveryDeclarationWithItsDefault() {
        var settings = flags("http.port=7");
        settings.integer("http.port", 5, 1, 9, "The port | of the API.");
        settings.duration("rest.wait", Duration.ofSeconds(90), "How long.");
        settings.secret("rest.key", "The key.");
        assertThat(SettingsReference.markdown(settings.declared(), List.of()))
                .contains("## http", "| `http.port` | whole number, 1 to 9 | `5` | The port \\| of the API. |")
                .contains("## rest", "| `rest.wait` | duration | `90s` | How long. |")
                .contains("| `rest.key` | secret |  | The key. |");
    }
}
