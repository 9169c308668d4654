package dev.galley.rest;

import com.github.benmanes.caffeine.cache.Cache;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Step;
import dev.galley.rest.DatabaseState.State;
import dev.galley.rest.ResponseCache.Kept;
import dev.galley.rest.ResponseCache.Question;
import dev.galley.schema.QualifiedName;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One read of tables that were opted in: finds its answer, or keeps the one that the database gives. Confined to an event loop. */
final class CachedRead {
    private final Cache<Question, Kept> answers;
    private final DatabaseState states;
    private final StableTables stableTables;
    private final CacheCounts counts;
    private final Question key;
    private final Set<QualifiedName> tables;
    private final OneText before = new OneText();
    private final OneText after = new OneText();
    /** The state in which the answer will be kept, when it will. */
    private Optional<String> keepingIn = Optional.empty();

    private String status = "fwd=bypass";

    CachedRead(
            Cache<Question, Kept> answers,
            DatabaseState states,
            StableTables stableTables,
            CacheCounts counts,
            Question key,
            Set<QualifiedName> tables) {
        this.answers = answers;
        this.states = states;
        this.stableTables = stableTables;
        this.counts = counts;
        this.key = key;
        this.tables = tables;
    }

    /** Gives the kept answer when it is still true; whoever takes it releases its body. */
    void find(Consumer<Optional<Reply>> then) {
        states.ask(key.role(), state -> then.accept(state.flatMap(this::kept)));
    }

    private Optional<Reply> kept(State state) {
        Kept kept = answers.getIfPresent(key);
        if (kept != null && kept.state().equals(state.text())) {
            status = "hit";
            counts.hit();
            return Optional.of(kept.reply());
        }
        boolean keeps =
                state.settled() && stableTables.known(tables, state.text()).orElse(true);
        if (keeps) keepingIn = Optional.of(state.text());
        if (kept == null) counts.miss();
        else counts.stale();
        status = kept == null ? "fwd=uri-miss" : "fwd=stale";
        return Optional.empty();
    }

    /** The transaction that reads, with what has to be known to keep its answer. */
    TransactionRequest watched(TransactionRequest wanted) {
        if (keepingIn.isEmpty()) return wanted;
        List<Step> steps = new ArrayList<>();
        steps.add(DatabaseState.step(before));
        steps.addAll(wanted.steps());
        steps.add(DatabaseState.step(after));
        return new TransactionRequest(
                wanted.role(),
                wanted.settings(),
                wanted.readOnly(),
                false,
                List.copyOf(steps),
                wanted.ending(),
                wanted.timeout());
    }

    /** Called with the whole answer, before anybody is spared its rows. */
    void keep(Reply reply) {
        boolean whole =
                (reply.status() == 200 || reply.status() == 206) && reply.body().isPresent();
        if (!whole
                || keepingIn.isEmpty()
                || !states.text(before).equals(keepingIn)
                || !states.text(after).equals(keepingIn)) {
            return;
        }
        String state = keepingIn.get();
        Kept kept = new Kept(
                state,
                reply.status(),
                List.copyOf(reply.headers()),
                ByteBufUtil.getBytes(reply.body().get()));
        Optional<Boolean> known = stableTables.known(tables, state);
        if (known.isPresent()) {
            if (known.get()) answers.put(key, kept);
            return;
        }
        stableTables.ask(tables, state, key.role(), stable -> {
            if (stable) answers.put(key, kept);
        });
    }

    /** For the header {@code Cache-Status} (RFC 9211). */
    String status() {
        return "Galley; " + status;
    }
}
