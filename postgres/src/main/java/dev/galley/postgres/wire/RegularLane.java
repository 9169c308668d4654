package dev.galley.postgres.wire;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lane in which a request has a connection to itself. Confined to one event loop.
 *
 * <p>Fairness: statements that are slow, or of which nothing is known yet, can never take all connections. Together they get
 * three quarters, and a single unknown one half; the rest is for those that are quick, of which no single one gets the last connection.
 * So a request that sleeps, sent a thousand times, delays its own kind, also when each time it is written another way. One that
 * has been running for long is slow, whatever it was before.
 *
 * <p>The same holds among roles: none gets all connections, nor the whole queue, see {@link RoleShares}.
 */
final class RegularLane {
    /** A connection and what else must happen before it can be used again. */
    private static final class Member {
        final WireConnection connection;

        @Nullable
        CallerRequest running;

        long runningSince;
        boolean cancelRunning;
        boolean resetting;
        long resettingSince;

        Member(WireConnection connection) {
            this.connection = connection;
        }
    }

    private static final long USUAL_RESET_NANOS = Duration.ofMillis(50).toNanos();

    private final LoopPool pool;
    private final int most;
    private final int queueLimit;
    private final Map<WireConnection, Member> members = new HashMap<>();
    private final ArrayDeque<Member> idle = new ArrayDeque<>();
    private final ArrayDeque<CallerRequest> waiting = new ArrayDeque<>();
    private final RoleShares roles;
    private int opening;

    RegularLane(LoopPool pool, int most, int queueLimit, int rolePercent) {
        this.roles = new RoleShares(most, queueLimit, rolePercent);
        this.pool = pool;
        this.most = most;
        this.queueLimit = queueLimit;
    }

    int open() {
        return members.size();
    }

    int busy() {
        return members.size() - idle.size();
    }

    int waiting() {
        return waiting.size();
    }

    /** @param again for a request that has waited before: it goes first */
    void submit(CallerRequest request, boolean again) {
        if (members.isEmpty() && opening == 0 && !pool.mayConnect()) {
            request.fail(pool.noConnection());
        } else if (again) {
            waitFirst(request);
            dispatch();
        } else if (waiting.size() >= queueLimit && allTaken()) {
            request.fail(pool.noConnection());
        } else if (!roles.mayWait(role(request), allTaken())) {
            request.fail(pool.roleHasItsShare());
        } else {
            waiting.add(request);
            roles.waits(role(request));
            dispatch();
        }
    }

    private boolean allTaken() {
        return idle.isEmpty() && members.size() + opening >= most;
    }

    private void waitFirst(CallerRequest request) {
        waiting.addFirst(request);
        roles.waits(role(request));
    }

    private static String role(CallerRequest request) {
        return request.request().role();
    }

    void forget(CallerRequest request) {
        if (waiting.remove(request)) {
            roles.waitsNoMore(role(request));
        }
    }

    void dispatch() {
        while (!waiting.isEmpty() && !idle.isEmpty()) {
            CallerRequest request = nextAdmissible();
            if (request == null) {
                return;
            }
            Member member = idle.pollLast();
            if (member == null || !member.connection.isOpen()) {
                waitFirst(request);
                continue;
            }
            member.running = request;
            roles.runs(role(request));
            member.runningSince = System.nanoTime();
            request.start(member.connection, false, "");
        }
        while (opening < waiting.size() - almostFree() && members.size() + opening < most && pool.mayConnect()) {
            connect();
        }
    }

    /** Those whose reset is under way, unless it takes suspiciously long. */
    private int almostFree() {
        if (waiting.isEmpty()) {
            return 0;
        }
        long now = System.nanoTime();
        int count = 0;
        for (Member member : members.values()) {
            count += member.resetting && now - member.resettingSince < USUAL_RESET_NANOS ? 1 : 0;
        }
        return count;
    }

    private @Nullable CallerRequest nextAdmissible() {
        long now = System.nanoTime();
        int suspect = 0;
        roles.noSuspects();
        for (Member member : members.values()) {
            CallerRequest running = member.running;
            if (running != null) {
                Shape shape = running.shape();
                boolean slow = shape.isSlow() || Shape.isSlow(now - member.runningSince);
                if (slow || !shape.isKnown()) {
                    suspect++;
                    roles.suspect(role(running));
                }
            }
        }
        Iterator<CallerRequest> requests = waiting.iterator();
        while (requests.hasNext()) {
            CallerRequest request = requests.next();
            if (isAdmissible(request.shape(), suspect) && roles.mayRun(role(request), request.shape())) {
                requests.remove();
                roles.waitsNoMore(role(request));
                return request;
            }
        }
        return null;
    }

    /** @param suspect how many connections have something slow or unknown to do */
    private boolean isAdmissible(Shape shape, int suspect) {
        if (shape.isKnown() && !shape.isSlow()) {
            return shape.running() < Math.max(1, most - 1);
        }
        return suspect < Math.max(1, most * 3 / 4) && (shape.isKnown() || shape.running() < Math.max(1, most / 2));
    }

    private void connect() {
        opening++;
        pool.connect(WireObserver.Lane.REGULAR).onComplete(opened -> {
            opening--;
            if (opened.succeeded()) {
                WireConnection connection = opened.result();
                Member member = new Member(connection);
                members.put(connection, member);
                connection.onLost((lost, reason) -> lost(member, reason));
                if (connection.isOpen()) {
                    idle.add(member);
                }
                dispatch();
            } else if (members.isEmpty() && opening == 0) {
                failAll();
            }
        });
    }

    private void failAll() {
        for (CallerRequest request = waiting.poll(); request != null; request = waiting.poll()) {
            roles.waitsNoMore(role(request));
            request.fail(pool.noConnection());
        }
    }

    private void lost(Member member, String reason) {
        members.remove(member.connection);
        idle.remove(member);
        stopped(member);
        pool.connectionLost(WireObserver.Lane.REGULAR, reason);
        dispatch();
    }

    /** The request on this connection has its answer. */
    void release(WireConnection connection) {
        Member member = members.get(connection);
        if (member != null) {
            stopped(member);
            clean(member);
        }
    }

    private void stopped(Member member) {
        CallerRequest running = member.running;
        if (running != null) {
            member.running = null;
            roles.runsNoMore(role(running));
        }
    }

    /** The connection is not given to another before the cancel request has reached the server: it could hit the wrong one. */
    void cancelWork(WireConnection connection) {
        Member member = members.get(connection);
        if (member == null || member.cancelRunning) {
            return;
        }
        member.cancelRunning = true;
        pool.cancel(connection).onComplete(done -> {
            member.cancelRunning = false;
            clean(member);
        });
    }

    private void clean(Member member) {
        if (member.running == null && !member.cancelRunning && member.connection.isOpen()) {
            if (member.connection.isPooled()) {
                // The next request resets whichever session it meets.
                idle.add(member);
                dispatch();
                return;
            }
            member.resetting = true;
            member.resettingSince = System.nanoTime();
            member.connection.submit(new ResetExchange(member.connection, () -> {
                member.resetting = false;
                idle.add(member);
                dispatch();
            }));
        }
    }

    void closeSilent(long now) {
        for (Member member : List.copyOf(members.values())) {
            if (member.resetting && now - member.resettingSince > CallerRequest.OBEY_NANOS) {
                member.connection.close("the server has been silent for too long");
            }
        }
    }

    void close() {
        failAll();
        List.copyOf(members.values()).forEach(member -> member.connection.close("shutting down"));
    }
}
