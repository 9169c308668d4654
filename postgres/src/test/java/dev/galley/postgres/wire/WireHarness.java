package dev.galley.postgres.wire;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.RequestTransaction.Running;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.Ending;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.postgres.TransactionRequest.Step;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A wire client on one event loop, driven from a test's thread. */
final class WireHarness implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final Vertx vertx;
    final Context loop;
    final WireRequestTransaction door;

    WireHarness(DatabaseAddress address, WireSettings settings) {
        this(address, settings, WireObserver.NONE);
    }

    WireHarness(DatabaseAddress address, WireSettings settings, WireObserver observer) {
        this(address, settings, observer, Map.of());
    }

    WireHarness(DatabaseAddress address, WireSettings settings, WireObserver observer, Map<String, String> usual) {
        this(address, settings, observer, usual, true);
    }

    /** @param nativeTransport epoll, where it is there; else the JDK's NIO */
    WireHarness(
            DatabaseAddress address,
            WireSettings settings,
            WireObserver observer,
            Map<String, String> usual,
            boolean nativeTransport) {
        vertx = Vertx.vertx(
                new VertxOptions().setPreferNativeTransport(nativeTransport).setEventLoopPoolSize(1));
        loop = vertx.getOrCreateContext();
        door = new WireRequestTransaction(vertx, address, settings, observer, 1, usual);
    }

    /** Rows as lists of texts, SQL NULL as null. */
    static final class Rows implements RowHandler {
        final List<List<String>> rows = new ArrayList<>();
        int restarts;

        @Override
        public void row(ByteBuf row) {
            List<String> values = new ArrayList<>();
            int columns = row.readShort();
            for (int i = 0; i < columns; i++) {
                int length = row.readInt();
                values.add(
                        length < 0
                                ? null
                                : row.readCharSequence(length, StandardCharsets.UTF_8)
                                        .toString());
            }
            if (row.isReadable()) {
                throw new AssertionError("bytes behind the row");
            }
            rows.add(values);
        }

        @Override
        public boolean restart() {
            rows.clear();
            restarts++;
            return true;
        }

        String only() {
            if (rows.size() != 1) {
                throw new AssertionError("rows: " + rows);
            }
            return rows.getFirst().getFirst();
        }
    }

    /** What came of a request. */
    static final class Call {
        final CompletableFuture<Outcome> future = new CompletableFuture<>();
        final Rows rows;
        volatile Running running;

        Call(Rows rows) {
            this.rows = rows;
        }

        Outcome get() {
            try {
                return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new AssertionError(e.getCause());
            } catch (InterruptedException | TimeoutException e) {
                throw new AssertionError("no outcome", e);
            }
        }

        DatabaseFailure failure() {
            try {
                Outcome outcome = get();
                throw new AssertionError("succeeded: " + outcome + " " + rows.rows);
            } catch (DatabaseException e) {
                return e.failure();
            }
        }
    }

    Call start(TransactionRequest request, Rows rows) {
        Call call = new Call(rows);
        loop.runOnContext(ignored -> {
            Running running = door.run(request);
            call.running = running;
            running.outcome().onComplete(done -> {
                if (done.succeeded()) {
                    call.future.complete(done.result());
                } else {
                    call.future.completeExceptionally(done.cause());
                }
            });
        });
        return call;
    }

    Call start(Ask ask) {
        Rows rows = new Rows();
        return start(ask.request(rows), rows);
    }

    Outcome run(Ask ask) {
        return start(ask).get();
    }

    String value(Ask ask) {
        Call call = start(ask);
        call.get();
        return call.rows.only();
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited in vain for: " + what);
            }
            Thread.onSpinWait();
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            door.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** A request to be: regular, read-write, committed, unless said otherwise. */
    record Ask(
            String role,
            List<LocalSetting> settings,
            boolean readOnly,
            boolean bounded,
            Ending ending,
            Duration timeout,
            String sql,
            String... parameters) {

        static Ask write(String role, String sql, String... parameters) {
            return new Ask(role, List.of(), false, false, new Commit(), Duration.ofSeconds(20), sql, parameters);
        }

        static Ask read(String role, String sql, String... parameters) {
            return new Ask(role, List.of(), true, false, new Commit(), Duration.ofSeconds(20), sql, parameters);
        }

        static Ask bounded(String role, String sql, String... parameters) {
            return new Ask(role, List.of(), true, true, new Commit(), Duration.ofSeconds(20), sql, parameters);
        }

        Ask with(String name, String value) {
            List<LocalSetting> more = new ArrayList<>(settings);
            more.add(new LocalSetting(name, value));
            return new Ask(role, more, readOnly, bounded, ending, timeout, sql, parameters);
        }

        Ask ending(Ending other) {
            return new Ask(role, settings, readOnly, bounded, other, timeout, sql, parameters);
        }

        Ask within(Duration other) {
            return new Ask(role, settings, readOnly, bounded, ending, other, sql, parameters);
        }

        TransactionRequest request(RowHandler rows) {
            List<byte[]> values = Arrays.stream(parameters)
                    .map(value -> value == null ? null : value.getBytes(StandardCharsets.UTF_8))
                    .toList();
            return new TransactionRequest(
                    role,
                    settings,
                    readOnly,
                    bounded,
                    List.of(new Step(new Statement(sql, values), rows)),
                    ending,
                    timeout);
        }
    }
}
