package dev.galley.live;

import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Asks the database on a caller's behalf, through the one door for that, from threads that are no event loops. */
final class Asker {
    private static final int COUNT_BYTES = 2;
    private static final int LENGTH_BYTES = 4;

    private final RequestTransaction transactions;
    private final List<Context> loops;
    private final LocalSetting searchPath;
    private final Duration timeout;
    private final AtomicInteger turn = new AtomicInteger();

    /** @param eventLoops how many of them to use */
    Asker(RequestTransaction transactions, Vertx vertx, int eventLoops, String searchPath, Duration timeout) {
        this.transactions = transactions;
        this.searchPath = new LocalSetting("search_path", searchPath);
        this.timeout = timeout;
        List<Context> contexts = new ArrayList<>();
        for (int i = 0; i < eventLoops; i++) {
            contexts.add(((VertxInternal) vertx).createEventLoopContext());
        }
        this.loops = List.copyOf(contexts);
    }

    /** Who asks. */
    record As(String role, String claims) {}

    /** The first column of every row; NULL is an empty text. The future fails with what the request failed with. */
    CompletableFuture<List<String>> ask(As as, String sql, List<byte @Nullable []> parameters) {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        TransactionRequest request;
        Rows rows = new Rows();
        request = new TransactionRequest(
                as.role(),
                List.of(searchPath, new LocalSetting("request.jwt.claims", as.claims())),
                true,
                true,
                List.of(new TransactionRequest.Step(new Statement(sql, parameters), rows)),
                new TransactionRequest.Commit(),
                timeout);
        Context loop = loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
        loop.runOnContext(_ -> {
            var _ = transactions.run(request).outcome().onComplete(done -> {
                if (done.succeeded()) {
                    answer.complete(rows.values);
                } else {
                    answer.completeExceptionally(done.cause());
                }
            });
        });
        return answer;
    }

    private static final class Rows implements RowHandler {
        private final List<String> values = new ArrayList<>();

        @Override
        public void row(ByteBuf row) {
            int at = row.readerIndex() + COUNT_BYTES;
            int length = row.getInt(at);
            values.add(length < 0 ? "" : row.toString(at + LENGTH_BYTES, length, StandardCharsets.UTF_8));
        }

        @Override
        public boolean restart() {
            values.clear();
            return true;
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** An array of texts as PostgreSQL reads it. */
    static byte[] array(List<? extends @Nullable String> elements) {
        StringBuilder text = new StringBuilder("{");
        for (String element : elements) {
            if (text.length() > 1) {
                text.append(',');
            }
            if (element == null) {
                text.append("NULL");
            } else {
                text.append('"')
                        .append(element.replace("\\", "\\\\").replace("\"", "\\\""))
                        .append('"');
            }
        }
        return bytes(text.append('}').toString());
    }
}
