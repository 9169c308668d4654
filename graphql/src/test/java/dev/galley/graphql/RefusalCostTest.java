package dev.galley.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What it costs to refuse a request that was made to cost: the processor's time of the thread, from the body's bytes to the error. */
class RefusalCostTest {
    private static final Duration MOST = Duration.ofMillis(5);
    private static final int WARM_UP = 300;
    private static final int ROUNDS = 51;

    private final GraphqlSettings settings = GraphqlSettings.from(new Settings(new FlagLayer()));

    private static String many(int count, String each) {
        return IntStream.range(0, count)
                .mapToObj(i -> each.replace("#", Integer.toString(i)).replace("~", Integer.toString(i + 1)))
                .collect(Collectors.joining(" "));
    }

    private static byte[] body(String query) {
        return body(query, "{}");
    }

    private static byte[] body(String query, String variables) {
        return ("{\"query\":" + JsonMapper.shared().writeValueAsString(query) + ",\"variables\":" + variables + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, byte[]> attacks() {
        Map<String, byte[]> attacks = new LinkedHashMap<>();
        attacks.put(
                "fragment cycle", body("{ shops { ...a } } fragment a on Shop { ...b } fragment b on Shop { ...a }"));
        attacks.put(
                "cycle of 1,000 fragments",
                body("{ shops { ...f0 } } " + many(999, "fragment f# on Shop { ...f~ }")
                        + " fragment f999 on Shop { ...f0 }"));
        attacks.put(
                "fragments that double 30 times",
                body("{ shops { ...f0 } } "
                        + many(30, "fragment f# on Shop { items { shop { ...f~ } } a: items { shop { ...f~ } } }")
                        + " fragment f30 on Shop { id }"));
        attacks.put("10,000 aliases", body("{ " + many(10_000, "a#: shops { id }") + " }"));
        attacks.put("4,900 aliases", body("{ shops { " + many(4_900, "a#: id") + " } }"));
        attacks.put(
                "2,500 levels",
                body("{ shops " + "{ items { shop ".repeat(1_250) + "{ id" + " } }".repeat(1_250) + " } }"));
        attacks.put("15,000 brackets in a value", body("{ shops(filter: " + "[".repeat(15_000)));
        attacks.put("5,000 directives", body("{ shops { id " + "@include(if: true) ".repeat(5_000) + "} }"));
        attacks.put("5,000 unknown directives", body("{ shops { id " + many(5_000, "@d#") + " } }"));
        attacks.put(
                "2 MiB of variables",
                body("query ($a: [Int!]) { shops { id } }", "{\"a\":[" + "1,".repeat(1_000_000) + "1]}"));
        attacks.put("deep variables", body("{ shops { id } }", "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000)));
        attacks.put(
                "a batch of 10,000",
                ("[" + "{\"query\":\"{ __typename }\"},".repeat(9_999) + "{\"query\":\"{ __typename }\"}]")
                        .getBytes(StandardCharsets.UTF_8));
        attacks.put("the same field 1,900 times", body("{ shops { " + "id ".repeat(1_900) + "} }"));
        attacks.put("the same selection 450 times", body("{ " + "shops { items { id } } ".repeat(450) + "}"));
        attacks.put("a name 10,000 times", body("{ " + "shop ".repeat(10_000) + "}"));
        attacks.put("400,000 blanks", body("{ shops { id } } " + " ".repeat(400_000) + many(20_000, "x")));
        attacks.put("a misspelt field", body("{ shop { id } }"));
        return attacks;
    }

    @Test
    @Tag("slow")
    void isLessThanFiveMilliseconds() {
        Map<String, Duration> costs = new LinkedHashMap<>();
        var threads = ManagementFactory.getThreadMXBean();
        attacks().forEach((name, body) -> {
            for (int i = 0; i < WARM_UP; i++) {
                assertThat(refusal(body)).as(name).isNotEmpty();
            }
            long[] nanos = new long[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                long before = threads.getCurrentThreadCpuTime();
                refusal(body);
                nanos[i] = threads.getCurrentThreadCpuTime() - before;
            }
            Arrays.sort(nanos);
            costs.put(name, Duration.ofNanos(nanos[ROUNDS / 2]));
            System.out.printf("%-32s %7d us  %s%n", name, nanos[ROUNDS / 2] / 1000, refusal(body));
        });
        assertThat(costs).allSatisfy((name, cost) -> assertThat(cost).as(name).isLessThan(MOST));
    }

    /** Once each in every run, without measuring. */
    @Test
    void allAreRefused() {
        attacks().forEach((name, body) -> assertThat(refusal(body)).as(name).isNotEmpty());
    }

    /** Empty when the request would be run. A document that was refused by its content is looked at anew. */
    private String refusal(byte[] body) {
        try {
            GraphqlRequest request = GraphqlRequest.ofBody(body, settings.limits());
            var _ = new Documents(settings)
                    .operation(PlainSchema.SHOP, request.text(), request.operationName(), request.variables());
            return "";
        } catch (GraphqlException refused) {
            return refused.errors().getFirst().message();
        }
    }
}
