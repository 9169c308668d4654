package dev.galley.realtime;

import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The channels of this node. Knows which event loops have subscribers of a channel, and hands each of them a message once; the rest
 * is the loop's. Messages from one thread reach every loop in the order in which they were published.
 */
final class Hub {
    private final CopyOnWriteArrayList<LoopHub> loops = new CopyOnWriteArrayList<>();
    /** Subscribers of a channel, by the number of the loop. */
    private final Map<ChannelName, int[]> interest = new ConcurrentHashMap<>();

    private final AtomicLong delivered = new AtomicLong();

    /** Called once for each event loop, on it, before it has requests. */
    LoopHub addLoop(EventLoop loop, Authorization authorization, Replay replay) {
        synchronized (loops) {
            LoopHub hub = new LoopHub(this, loops.size(), loop, authorization, replay);
            loops.add(hub);
            return hub;
        }
    }

    Iterable<LoopHub> loops() {
        return loops;
    }

    /** To all subscribers on this node but the one it is from. */
    void publish(Outgoing message, @Nullable Channel from) {
        int[] counts = interest.get(message.channel());
        if (counts == null) {
            return;
        }
        for (LoopHub loop : loops) {
            if (loop.number() < counts.length && counts[loop.number()] > 0) {
                loop.deliver(message, from);
            }
        }
    }

    boolean hasSubscribers(ChannelName channel) {
        return interest.containsKey(channel);
    }

    int channels() {
        return interest.size();
    }

    long delivered() {
        return delivered.get();
    }

    void countDelivered(int messages) {
        delivered.addAndGet(messages);
    }

    /** @param change how many subscribers more, or fewer, the loop has */
    void changed(ChannelName channel, int loop, int change) {
        interest.compute(channel, (_, counts) -> {
            // A new array, for readers look at it without a lock.
            int[] now = new int[Math.max(loops.size(), counts == null ? 0 : counts.length)];
            if (counts != null) {
                System.arraycopy(counts, 0, now, 0, counts.length);
            }
            now[loop] += change;
            for (int count : now) {
                if (count > 0) {
                    return now;
                }
            }
            return null;
        });
    }
}
