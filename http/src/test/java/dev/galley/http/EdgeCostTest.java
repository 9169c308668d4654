package dev.galley.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServer;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the edge adds to a constant answer: processor time of the whole process, the same client for both. */
@Tag("slow")
class EdgeCostTest {
    private static final String REQUEST =
            "GET /echo/tilde HTTP/1.1\r\nHost: x\r\napikey: service\r\nAccept: application/json\r\n\r\n";
    private static final int BATCH = 64;

    @Test
    void addsLittleToABareServer() {
        HttpServer bare = TestEdge.await(TestEdge.vertx()
                .createHttpServer()
                .requestHandler(request -> request.response().end("hello~"))
                .listen(0, "127.0.0.1"));
        try (TestEdge edge = TestEdge.start("http.event-loops=1")) {
            double bareMicros = Double.MAX_VALUE;
            double edgeMicros = Double.MAX_VALUE;
            for (int round = 0; round < 4; round++) {
                bareMicros = Math.min(bareMicros, microsPerRequest(bare.actualPort()));
                edgeMicros = Math.min(edgeMicros, microsPerRequest(edge.server.port()));
            }
            System.out.printf("CPU per request: bare %.1f us, edge %.1f us%n", bareMicros, edgeMicros);
            // A ratio in one run: a slower machine, or a busy one, slows both.
            assertThat(edgeMicros).isLessThan(6 * bareMicros);
        } finally {
            TestEdge.await(bare.close());
        }
    }

    private static double microsPerRequest(int port) {
        try (RawClient raw = new RawClient(port)) {
            batches(raw, 200);
            long before = cpuNanos();
            batches(raw, 800);
            return (cpuNanos() - before) / 1000.0 / (800 * BATCH);
        }
    }

    /** Counts the answers by the last letter of their body, which no header of either server has. */
    private static void batches(RawClient raw, int count) {
        String batch = REQUEST.repeat(BATCH);
        byte[] buffer = new byte[1 << 16];
        for (int i = 0; i < count; i++) {
            raw.say(batch);
            int answers = 0;
            while (answers < BATCH) {
                answers += raw.count('~', buffer);
            }
        }
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
