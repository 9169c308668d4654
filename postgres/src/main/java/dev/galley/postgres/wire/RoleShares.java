package dev.galley.postgres.wire;

import java.util.HashMap;
import java.util.Map;

/**
 * How many connections of a lane each role holds, and how much of its queue. No role may have all of either, so that callers
 * of one role cannot lock out those of another. Remembers only roles that have something here at the moment.
 */
final class RoleShares {
    /** What one role has. */
    private static final class Share {
        private final String role;
        private int running;
        private int waiting;
        /** How many of its connections have something slow or unknown to do. */
        private int suspect;

        private Share(String role) {
            this.role = role;
        }
    }

    private final int mostConnections;
    private final int mostWaiting;
    private final Map<String, Share> shares = new HashMap<>();

    /** @param percent of the connections and of the queue; 100 lets one role take everything */
    RoleShares(int connections, int queue, int percent) {
        this.mostConnections = part(connections, percent);
        this.mostWaiting = Math.min(queue, part(queue, percent));
    }

    /** At least one, and one less than all unless everything is allowed. */
    private static int part(int all, int percent) {
        return percent >= 100 ? all : Math.clamp((long) all * percent / 100, 1, Math.max(1, all - 1));
    }

    /** Begins to count anew which connections have something slow or unknown to do. */
    void noSuspects() {
        for (Share share : shares.values()) {
            share.suspect = 0;
        }
    }

    void suspect(String role) {
        of(role).suspect++;
    }

    private Share of(String role) {
        return shares.computeIfAbsent(role, Share::new);
    }

    /** @param allTaken whether no connection is free or can be opened */
    boolean mayWait(String role, boolean allTaken) {
        Share share = shares.get(role);
        return share == null
                ? mostWaiting > 0 || !allTaken
                : share.waiting < mostWaiting || (!allTaken && share.running + share.waiting < mostConnections);
    }

    /** Within its share a role keeps a part for what is quick, as the lane does within the whole. */
    boolean mayRun(String role, Shape shape) {
        Share share = of(role);
        if (share.running >= mostConnections) {
            return false;
        }
        return (shape.isKnown() && !shape.isSlow())
                ? shape.running() < Math.max(1, mostConnections - 1)
                : share.suspect < Math.max(1, mostConnections * 3 / 4)
                        && (shape.isKnown() || shape.running() < Math.max(1, mostConnections / 2));
    }

    void waits(String role) {
        of(role).waiting++;
    }

    void waitsNoMore(String role) {
        Share share = of(role);
        share.waiting--;
        forgetIfEmpty(share);
    }

    void runs(String role) {
        of(role).running++;
    }

    void runsNoMore(String role) {
        Share share = of(role);
        share.running--;
        forgetIfEmpty(share);
    }

    private void forgetIfEmpty(Share share) {
        if (share.running <= 0 && share.waiting <= 0) {
            shares.remove(share.role);
        }
    }
}
