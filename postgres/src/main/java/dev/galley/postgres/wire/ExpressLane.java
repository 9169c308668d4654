package dev.galley.postgres.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lane in which short reads follow one another on a few shared connections without waiting for each other's answers.
 * Confined to one event loop.
 */
final class ExpressLane {
    /** In flight on one connection; what is more goes the regular way. */
    private static final int DEPTH = 256;

    private static final class Member {
        final WireConnection connection;
        boolean usedSinceReset;

        Member(WireConnection connection) {
            this.connection = connection;
        }
    }

    private final LoopPool pool;
    private final int most;
    private final long silenceNanos;
    private final List<Member> members = new ArrayList<>();
    private int opening;

    /** @param silenceNanos how long a server may say nothing while it has work: each piece of it ends sooner */
    ExpressLane(LoopPool pool, int most, long silenceNanos) {
        this.pool = pool;
        this.most = most;
        this.silenceNanos = silenceNanos;
    }

    int open() {
        return members.size();
    }

    int busy() {
        int busy = 0;
        for (Member member : members) {
            busy += member.connection.inFlight() > 0 ? 1 : 0;
        }
        return busy;
    }

    /** The connection with the least before it, or null when there is none with room. Opens another when all have work. */
    @Nullable
    WireConnection pick() {
        Member best = null;
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            if (member.connection.isOpen()
                    && (best == null || member.connection.inFlight() < best.connection.inFlight())) {
                best = member;
            }
        }
        boolean full = best == null || best.connection.inFlight() > 0;
        if (full && members.size() + opening < most && pool.mayConnect()) {
            connect();
        }
        if (best == null || best.connection.inFlight() >= DEPTH) {
            return null;
        }
        best.usedSinceReset = true;
        return best.connection;
    }

    private void connect() {
        opening++;
        pool.connect(WireObserver.Lane.EXPRESS).onComplete(opened -> {
            opening--;
            if (opened.succeeded()) {
                Member member = new Member(opened.result());
                members.add(member);
                member.connection.onLost((lost, reason) -> {
                    members.remove(member);
                    pool.connectionLost(WireObserver.Lane.EXPRESS, reason);
                });
            }
        });
    }

    void closeSilent(long now) {
        for (Member member : List.copyOf(members)) {
            if (member.connection.inFlight() > 0 && now - member.connection.lastHeardNanos() > silenceNanos) {
                member.connection.close("the server has been silent for too long");
            }
        }
    }

    /** Resets those that were used since the last time. Returns whether any had to be. */
    boolean reset() {
        boolean any = false;
        for (Member member : List.copyOf(members)) {
            if (member.usedSinceReset && member.connection.isOpen() && !member.connection.isPooled()) {
                member.usedSinceReset = false;
                any = true;
                member.connection.submit(new ResetExchange(member.connection, () -> {}));
            }
        }
        return any;
    }

    void close() {
        List.copyOf(members).forEach(member -> member.connection.close("shutting down"));
    }
}
