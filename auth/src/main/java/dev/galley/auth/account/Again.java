package dev.galley.auth.account;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lets work that is done more than once, as a transaction is that has to ask somebody outside first, come to the same: what chance and
 * the clock gave it the first time it gets again. Belongs to one thread.
 */
public final class Again {
    private static final ScopedValue<Again> CURRENT = ScopedValue.newInstance();

    private final Map<String, List<Object>> drawn = new HashMap<>();
    private final Map<String, Integer> used = new HashMap<>();
    private Optional<Instant> time = Optional.empty();

    /** What may fail. */
    @FunctionalInterface
    public interface Work<T, X extends Exception> {
        T run() throws X;
    }

    /** Does the work, the first time or once more. */
    public <T, X extends Exception> T run(Work<T, X> work) throws X {
        used.clear();
        return ScopedValue.where(CURRENT, this).call(work::run);
    }

    /**
     * What chance gives, the same each time the work is done.
     *
     * @param what it is for
     */
    public static <T> T draw(Class<T> type, String what, Supplier<T> chance) {
        if (!CURRENT.isBound()) {
            return chance.get();
        }
        Again current = CURRENT.get();
        List<Object> all = current.drawn.computeIfAbsent(what, _ -> new ArrayList<>());
        int turn = current.used.merge(what, 1, Integer::sum) - 1;
        if (turn == all.size()) {
            all.add(chance.get());
        }
        return type.cast(all.get(turn));
    }

    /** The time at which the work was begun, where it may be done once more; else the time. */
    public static Instant now(Clock clock) {
        if (!CURRENT.isBound()) {
            return clock.instant();
        }
        Again current = CURRENT.get();
        Instant now = current.time.orElseGet(clock::instant);
        current.time = Optional.of(now);
        return now;
    }
}
