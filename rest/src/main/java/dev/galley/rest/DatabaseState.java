package dev.galley.rest;

import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Step;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Asks PostgreSQL for its state: a text that is the same only while no transaction that could have changed something has come to an
 * end, wherever it ran. The snapshot names the transactions whose effects are visible, and it never returns to what it was: the next
 * free number only grows, and who has left the list of those under way never comes back. Beside it stand the start of the server, and
 * the moment in which its statistics were begun anew, which it does after a crash; and the moment in which configuration files were read last.
 * Each session reads them on its own, with its first statement after they were read anew, so the latest moment that any session has told counts. A server that replays another one's log has no
 * state: its snapshot does not name who is under way.
 *
 * <p>Whoever asks while a question is under way waits for the next one, which all who wait share: an answer is never older than the
 * request that asked. One question is under way for each event loop.
 *
 * <p>A state counts as settled when it has lasted for some time. A transaction becomes visible a moment before the other sessions are
 * told to forget what they remember of the catalog; what is read in that moment may have been allowed by a right that is gone.
 */
final class DatabaseState {
    private static final Statement STATE = new Statement(
            "SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL ELSE pg_catalog.concat_ws(' ', "
                    + "pg_catalog.pg_current_snapshot(), "
                    + "extract(epoch from pg_catalog.pg_postmaster_start_time()), "
                    + "extract(epoch from pg_catalog.pg_stat_get_bgwriter_stat_reset_time()), "
                    + "(extract(epoch from pg_catalog.pg_conf_load_time()) * 1000000)::pg_catalog.int8) END",
            List.of());

    private final RequestTransaction transactions;
    private final Duration timeout;
    private final long quietNanos;
    private final LongSupplier nanoClock;
    private final AtomicLong configured = new AtomicLong(Long.MIN_VALUE);
    private final AtomicReference<Seen> last = new AtomicReference<>(new Seen("", 0));

    private final FastThreadLocal<Questions> questions = new FastThreadLocal<>() {
        @Override
        protected Questions initialValue() {
            return new Questions();
        }
    };

    /** @param settled whether it has lasted long enough for what is read in it to be kept */
    record State(String text, boolean settled) {}

    /** The state that was told last, and when that began. */
    private record Seen(String text, long since) {}

    DatabaseState(RequestTransaction transactions, Duration timeout, Duration quiet, LongSupplier nanoClock) {
        this.transactions = transactions;
        this.timeout = timeout;
        this.quietNanos = quiet.toNanos();
        this.nanoClock = nanoClock;
    }

    static Step step(OneText into) {
        return new Step(STATE, into);
    }

    /** The state that a session has told, as all sessions tell it. */
    Optional<String> text(OneText told) {
        return told.value().map(text -> {
            int end = text.lastIndexOf(' ');
            long moment = Long.parseLong(text, end + 1, text.length(), 10);
            return text.substring(0, end + 1) + configured.accumulateAndGet(moment, Math::max);
        });
    }

    /** Gives the state at some moment after this call; nothing when it cannot be told. Must be called on an event loop. */
    void ask(String role, Consumer<Optional<State>> then) {
        questions.get().ask(role, then);
    }

    private State seen(String text) {
        long now = nanoClock.getAsLong();
        Seen known = last.get();
        if (known.text().equals(text)) return new State(text, now - known.since() >= quietNanos);
        last.compareAndSet(known, new Seen(text, now));
        return new State(text, false);
    }

    /** Those of one event loop, and confined to it. */
    private final class Questions {
        private boolean underWay;
        private List<Consumer<Optional<State>>> waiting = new ArrayList<>();
        private String role = "";

        void ask(String asRole, Consumer<Optional<State>> then) {
            waiting.add(then);
            role = asRole;
            if (!underWay) next();
        }

        private void next() {
            underWay = true;
            List<Consumer<Optional<State>>> asking = waiting;
            waiting = new ArrayList<>();
            OneText text = new OneText();
            transactions
                    .run(new TransactionRequest(
                            role, List.of(), true, true, List.of(step(text)), new TransactionRequest.Commit(), timeout))
                    .outcome()
                    .onComplete(outcome -> {
                        underWay = false;
                        if (!waiting.isEmpty()) next();
                        Optional<State> state =
                                outcome.succeeded() ? text(text).map(DatabaseState.this::seen) : Optional.empty();
                        asking.forEach(each -> each.accept(state));
                    });
        }
    }
}
