package dev.galley.rest;

import dev.galley.http.JsonText;
import dev.galley.query.Execution;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** What a step gave: its own answer, as a member of the answer to the whole. Confined to an event loop. */
final class TxResult {
    /** Bytes of the answer around those of the results. */
    static final int AROUND = 16;

    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final TxStep step;
    private final byte[] head;
    private final byte[] body;
    private Optional<JsonNode> tree = Optional.empty();

    private TxResult(TxStep step, byte[] head, byte[] body) {
        this.step = step;
        this.head = head;
        this.body = body;
    }

    static TxResult of(TxStep step, Execution.Result result, Reply reply) {
        byte[] body = reply.body()
                .filter(_ -> !step.method().equals("HEAD"))
                .map(ByteBufUtil::getBytes)
                .filter(bytes -> bytes.length > 0)
                .orElse(NULL);
        String head = head(step, reply, result.rows(), result.total());
        return new TxResult(step, head.getBytes(StandardCharsets.UTF_8), body);
    }

    TxStep step() {
        return step;
    }

    long bytes() {
        return 2L + head.length + body.length;
    }

    /** The body, read once. A tree takes many times the memory of its text: the text is paid for before. */
    JsonNode tree(TxJson json, TxBudget budget) {
        if (tree.isEmpty()) {
            budget.take(body.length);
            tree = Optional.of(json.result(step.name(), body));
        }
        return tree.get();
    }

    private static String head(TxStep step, Reply reply, long rows, OptionalLong total) {
        StringBuilder json = new StringBuilder("{");
        if (!step.name().isEmpty()) {
            json.append("\"name\":");
            JsonText.quote(json, step.name());
            json.append(',');
        }
        json.append("\"status\":").append(reply.status()).append(",\"rows\":").append(rows);
        if (total.isPresent()) json.append(",\"total\":").append(total.getAsLong());
        String headers = headers(reply.headers());
        if (!headers.isEmpty()) json.append(",\"headers\":{").append(headers).append('}');
        return json.append(",\"body\":").toString();
    }

    /** Those that say more than the members beside them: Location, Preference-Applied, what functions set. */
    private static String headers(List<Map.Entry<String, String>> headers) {
        StringBuilder json = new StringBuilder();
        for (Map.Entry<String, String> each : headers) {
            String name = each.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith("content-")) continue;
            if (!json.isEmpty()) json.append(',');
            JsonText.quote(json, name);
            json.append(':');
            JsonText.quote(json, each.getValue());
        }
        return json.toString();
    }

    /** The answer to the whole. Its buffer is no pool's, so that nobody need release one that is not sent. */
    static Reply reply(List<TxResult> results, long bytes) {
        ByteBuf out = UnpooledByteBufAllocator.DEFAULT.heapBuffer(Math.toIntExact(bytes + AROUND));
        ByteBufUtil.writeUtf8(out, "{\"results\":[");
        for (int i = 0; i < results.size(); i++) {
            if (i > 0) out.writeByte(',');
            out.writeBytes(results.get(i).head).writeBytes(results.get(i).body).writeByte('}');
        }
        ByteBufUtil.writeUtf8(out, "]}");
        return new Reply(
                200, List.of(Map.entry("Content-Type", MediaTypes.JSON + MediaTypes.CHARSET)), Optional.of(out));
    }
}
