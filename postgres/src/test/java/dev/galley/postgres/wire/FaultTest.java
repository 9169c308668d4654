package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.DatabaseFailure.OutcomeUnknown;
import dev.galley.postgres.DatabaseFailure.TimedOut;
import dev.galley.postgres.DatabaseFailure.Unavailable;
import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.TransactionRequest.Decide;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.postgres.wire.CuttingProxy.Spoil;
import dev.galley.postgres.wire.WireHarness.Ask;
import dev.galley.postgres.wire.WireHarness.Call;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server says is cut, held back and split at every byte: each request must end, and with the truth. */
class FaultTest {
    private static final AtomicInteger LEAKS = new AtomicInteger();
    private static Level usualLevel;
    private static DatabaseAddress database;

    private CuttingProxy proxy;
    private WireHarness wire;

    @BeforeAll
    static void prepare() {
        usualLevel = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> LEAKS.incrementAndGet());
        database = TestPostgres.shared().createDatabase("""
                do $$ begin create role wire_faulty; exception when duplicate_object then null; end $$;
                create table mark (n text); grant all on mark to wire_faulty;
                """);
    }

    @AfterAll
    static void noBufferLeaked() {
        System.gc();
        for (int i = 0; i < 100; i++) {
            io.netty.buffer.PooledByteBufAllocator.DEFAULT.directBuffer(64).release();
        }
        ResourceLeakDetector.setLevel(usualLevel);
        assertThat(LEAKS).hasValue(0);
    }

    @BeforeEach
    void connect() throws IOException {
        proxy = new CuttingProxy(database);
        wire = new WireHarness(proxy.address(), WireSettings.DEFAULT);
    }

    @AfterEach
    void disconnect() throws IOException {
        wire.close();
        WireHarness.await("all connections closed", () -> proxy.openConnections() == 0);
        proxy.close();
    }

    @Test
    void aReadCutAnywhereIsReadAgainUnseen() {
        int cuts = forEveryByte(n -> {
            Call call = wire.start(Ask.read("wire_faulty", "select n from generate_series(1, 3) n"));
            call.get();
            assertThat(call.rows.rows).containsExactly(List.of("1"), List.of("2"), List.of("3"));
            return true;
        });
        // A session that knows the statements answers in some ninety bytes, a new one in more.
        assertThat(cuts).isGreaterThan(80);
    }

    @Test
    void aReadThatIsCutAgainIsUnavailable() {
        wire.run(Ask.read("wire_faulty", "select 1"));
        proxy.spoil(Spoil.CUT_ALWAYS, 0, false);
        assertThat(wire.start(Ask.read("wire_faulty", "select 1")).failure()).isInstanceOf(Unavailable.class);
        proxy.spoil(Spoil.NOTHING, 0, false);
        assertThat(wire.value(Ask.read("wire_faulty", "select 1"))).isEqualTo("1");
    }

    @Test
    void aWriteCutAnywhereIsNeverRepeatedAndNeverFalselyAcknowledged() {
        AtomicInteger unknown = new AtomicInteger();
        forEveryByte(n -> {
            String mark = "write " + n;
            Call call = wire.start(Ask.write("wire_faulty", "insert into mark values ($1) returning n", mark));
            Optional<DatabaseFailure> failure = failure(call);
            failure.ifPresent(f -> assertThat(f).isInstanceOf(OutcomeUnknown.class));
            unknown.addAndGet(failure.isPresent() ? 1 : 0);
            // The server had the Sync in every case.
            WireHarness.await("the write", () -> marks(mark) == 1);
            return failure.isEmpty();
        });
        assertThat(unknown.get()).isGreaterThan(50);
    }

    @Test
    void aDecidedWriteIsUnknownOnlyAfterTheCommitWasSent() {
        AtomicInteger undone = new AtomicInteger();
        AtomicInteger unknown = new AtomicInteger();
        forEveryByte(n -> {
            String mark = "decide " + n;
            AtomicInteger asked = new AtomicInteger();
            Call call = wire.start(Ask.write("wire_faulty", "insert into mark values ($1)", mark)
                    .ending(new Decide(() -> asked.incrementAndGet() == 1)));
            Optional<DatabaseFailure> failure = failure(call);
            if (failure.isPresent() && asked.get() == 0) {
                assertThat(failure.get()).isInstanceOf(Unavailable.class);
                assertThat(marks(mark)).isZero();
                undone.incrementAndGet();
            } else {
                failure.ifPresent(f -> assertThat(f).isInstanceOf(OutcomeUnknown.class));
                unknown.addAndGet(failure.isPresent() ? 1 : 0);
                WireHarness.await("the write", () -> marks(mark) == 1);
            }
            return failure.isEmpty();
        });
        assertThat(undone.get()).isPositive();
        assertThat(unknown.get()).isPositive();
    }

    @Test
    void aRolledBackWriteCutAnywhereKeepsNothing() {
        forEveryByte(n -> {
            Call call = wire.start(Ask.write("wire_faulty", "insert into mark values ('never')")
                    .ending(new Rollback()));
            Optional<DatabaseFailure> failure = failure(call);
            failure.ifPresent(f -> assertThat(f).isInstanceOf(Unavailable.class));
            return failure.isEmpty();
        });
        assertThat(marks("never")).isZero();
    }

    @Test
    void anErrorCutAnywhereStaysAnError() {
        forEveryByte(n -> {
            DatabaseFailure failure = wire.start(Ask.write("wire_faulty", "insert into mark select 1/0"))
                    .failure();
            assertThat(failure).isInstanceOfAny(DatabaseFailure.Refused.class, OutcomeUnknown.class, Unavailable.class);
            return failure instanceof DatabaseFailure.Refused;
        });
    }

    @Test
    void aLoginCutAtAnyByteFails() throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        Connector connector = new Connector(vertx, proxy.address(), WireSettings.DEFAULT, Map.of());
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        int n = 0;
        boolean cut;
        do {
            proxy.spoil(Spoil.CUT, n++, true);
            CompletableFuture<WireConnection> done = new CompletableFuture<>();
            context.runOnContext(ignored -> connector.connect(context).onComplete((connection, failure) -> {
                if (connection != null) {
                    connection.close("test");
                    done.complete(connection);
                } else {
                    done.completeExceptionally(failure);
                }
            }));
            try {
                done.get(20, TimeUnit.SECONDS);
                cut = false;
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(IOException.class);
                cut = true;
            }
            assertThat(proxy.hasSpoiled() || !cut).isTrue();
        } while (cut);
        assertThat(n).isGreaterThan(200);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aServerThatFallsSilentIsGivenUpWithTheTruth() {
        Ask read = Ask.read("wire_faulty", "select 1").within(Duration.ofMillis(300));
        Ask write =
                Ask.write("wire_faulty", "insert into mark values ('silent')").within(Duration.ofMillis(300));
        wire.run(read);
        awaitIdle();
        proxy.spoil(Spoil.SILENCE, 7, false);
        assertThat(wire.start(read).failure()).isInstanceOf(TimedOut.class);
        wire.run(write);
        awaitIdle();
        proxy.spoil(Spoil.SILENCE, 7, false);
        assertThat(wire.start(write).failure()).isInstanceOf(OutcomeUnknown.class);
        assertThat(wire.value(read)).isEqualTo("1");
    }

    @Test
    void aStreamSplitAtEveryByteIsReadAsOne() {
        proxy.passByteByByte();
        for (int i = 0; i < 3; i++) {
            Call call = wire.start(Ask.read("wire_faulty", "select n, repeat('é', n) from generate_series(1, 100) n"));
            assertThat(call.get()).isEqualTo(new Outcome(List.of(100L), true));
            assertThat(call.rows.rows.getLast()).containsExactly("100", "é".repeat(100));
        }
    }

    @Test
    void aServerThatIsNotThereIsUnavailableAtOnce() throws IOException {
        CuttingProxy gone = new CuttingProxy(database);
        DatabaseAddress nobody = gone.address();
        gone.close();
        try (WireHarness lost = new WireHarness(nobody, WireSettings.DEFAULT)) {
            assertThat(lost.start(Ask.write("wire_faulty", "select 1")).failure())
                    .isInstanceOfSatisfying(
                            Unavailable.class,
                            failure -> assertThat(failure.retryAfter()).isPositive());
        }
    }

    @Test
    void aRowLongerThanTheLimitEndsTheRequestOnly() {
        WireSettings small = SettingsFor.longestMessage(1 << 16);
        try (WireHarness narrow = new WireHarness(database, small)) {
            assertThat(narrow.start(Ask.read("wire_faulty", "select repeat('x', 100000)"))
                            .failure())
                    .isInstanceOfSatisfying(
                            DatabaseFailure.RowTooLong.class,
                            row -> assertThat(row.bytes()).isGreaterThan(100_000));
            assertThat(narrow.value(Ask.read("wire_faulty", "select repeat('x', 10)")))
                    .isEqualTo("x".repeat(10));
        }
    }

    /** Runs it with the answer cut after 0, 1, 2... bytes until nothing is cut; it returns whether the request succeeded. */
    private int forEveryByte(Function<Integer, Boolean> request) {
        for (int n = 0; ; n++) {
            awaitHealth();
            proxy.spoil(Spoil.CUT, n, false);
            boolean success = request.apply(n);
            boolean cut = proxy.hasSpoiled();
            proxy.spoil(Spoil.NOTHING, 0, false);
            if (!cut && success && n > 40) {
                return n;
            }
        }
    }

    private void awaitHealth() {
        // In the express lane: the reset behind a request of the regular one would be what is cut.
        WireHarness.await(
                "a connection",
                () -> failure(wire.start(Ask.bounded("wire_faulty", "select 'healthy'")))
                        .isEmpty());
    }

    private void awaitIdle() {
        WireHarness.await(
                "idle connections", () -> wire.door.openConnections() > 0 && wire.door.busyConnections() == 0);
    }

    private static Optional<DatabaseFailure> failure(Call call) {
        try {
            call.get();
            return Optional.empty();
        } catch (DatabaseException e) {
            return Optional.of(e.failure());
        }
    }

    private static long marks(String mark) {
        return Long.parseLong(TestPostgres.shared()
                .query(database, "select count(*) from mark where n = '" + mark + "'")
                .getFirst());
    }
}
