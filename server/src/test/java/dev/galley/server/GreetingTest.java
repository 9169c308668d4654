package dev.galley.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GreetingTest {
    private static final Map<String, String> VARIABLES = Map.of(
            "REST_URL", "http://127.0.0.1:54321/rest/v1",
            "DB_URL", "postgresql://postgres:postgres@127.0.0.1:54322/postgres",
            "PUBLISHABLE_KEY", "sb_publishable_x");

    @Test
    void theCommandsToTryUseCurlWhereItIs() {
        assertThat(commands(Set.of("curl", "wget")))
                .hasSize(3)
                .last()
                .isEqualTo("curl http://127.0.0.1:54321/rest/v1/todos -H 'apikey: sb_publishable_x'");
    }

    @Test
    void otherwiseWget() {
        assertThat(commands(Set.of("wget")))
                .hasSize(3)
                .last()
                .isEqualTo("wget -qO- http://127.0.0.1:54321/rest/v1/todos --header='apikey: sb_publishable_x'");
    }

    @Test
    void andOnAFreshMachineNothingButTheProgramItself() {
        assertThat(commands(Set.of())).hasSize(3).allMatch(command -> command.contains("galley sql --dir '/my app' "));
    }

    private static List<String> commands(Set<String> installed) {
        return Greeting.tryThese(new ProjectFolder(Path.of("/my app")), VARIABLES, installed::contains);
    }
}
