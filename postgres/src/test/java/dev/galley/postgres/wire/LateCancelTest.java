package dev.galley.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.DatabaseFailure.Cancelled;
import dev.galley.postgres.DatabaseFailure.Refused;
import dev.galley.postgres.TransactionRequest.Decide;
import dev.galley.postgres.wire.FakeServer.Answer;
import dev.galley.postgres.wire.FakeServer.Batch;
import dev.galley.postgres.wire.WireHarness.Ask;
import dev.galley.postgres.wire.WireHarness.Call;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cancel request that the server takes so late that it hits the end of the transaction itself, its COMMIT or ROLLBACK. */
class LateCancelTest {
    private final CountDownLatch endReached = new CountDownLatch(1);
    private final CountDownLatch answerEnd = new CountDownLatch(1);
    private FakeServer server;
    private WireHarness wire;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer(this::answer);
        wire = new WireHarness(server.address(), SettingsFor.connections(3, 0));
    }

    @AfterEach
    void stop() throws IOException {
        answerEnd.countDown();
        wire.close();
        server.close();
    }

    /** Holds the end of the first transaction back until the test has cancelled, and then reports it cancelled. */
    private Optional<Answer> answer(Batch batch) {
        if (batch.has("select 'fails'")) {
            return Optional.of(Answer.error("22012", 'E'));
        }
        if (!(batch.statements().equals(java.util.List.of("COMMIT"))
                || batch.statements().equals(java.util.List.of("ROLLBACK")))) {
            return Optional.empty();
        }
        endReached.countDown();
        try {
            assertThat(answerEnd.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return Optional.of(Answer.error("57014", 'E'));
    }

    @Test
    void theCallerOfARollbackIsToldThatItWasCancelled() throws Exception {
        assertThat(cancelledAtItsEnd("select 1", false)).isInstanceOf(Cancelled.class);
    }

    @Test
    void theCallerOfACommitIsToldThatItWasCancelledForNothingWasCommitted() throws Exception {
        assertThat(cancelledAtItsEnd("select 1", true)).isInstanceOf(Cancelled.class);
    }

    @Test
    void anErrorBeforeItStaysTheAnswer() throws Exception {
        assertThat(cancelledAtItsEnd("select 'fails'", true))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.sqlState()).isEqualTo("22012"));
    }

    private DatabaseFailure cancelledAtItsEnd(String sql, boolean keep) throws InterruptedException {
        Call call = wire.start(Ask.write("somebody", sql).ending(new Decide(() -> keep)));
        assertThat(endReached.await(20, TimeUnit.SECONDS)).isTrue();
        call.running.cancel();
        WireHarness.await("the cancel request", () -> server.cancels.get() == 1);
        answerEnd.countDown();
        DatabaseFailure failure = call.failure();
        // The transaction may still be open there: the connection must serve nobody else.
        WireHarness.await("the end of the connection", () -> server.openConnections() == 0);
        int before = server.logins.size();
        wire.run(Ask.write("somebody else", "select 2"));
        assertThat(server.logins).hasSize(before + 1);
        return failure;
    }
}
