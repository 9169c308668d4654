package dev.galley.realtime;

import dev.galley.http.SocketFrame;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one event loop and the channels that they have joined; confined to the loop but for {@link #deliver}. A message is
 * encoded once for each version of the protocol, and what was written to many sockets is flushed at the end of the turn: several
 * messages for one socket are then one system call.
 */
final class LoopHub {
    private static final long SWEEP_MILLIS = 500;

    private final Hub hub;
    private final int number;
    private final EventLoop loop;
    private final Authorization authorization;
    private final Replay replay;
    private final Set<Session> sessions = new HashSet<>();
    private final Map<ChannelName, Set<Channel>> channels = new HashMap<>();
    private final List<Session> toFlush = new ArrayList<>();
    private boolean sweeping;

    LoopHub(Hub hub, int number, EventLoop loop, Authorization authorization, Replay replay) {
        this.hub = hub;
        this.number = number;
        this.loop = loop;
        this.authorization = authorization;
        this.replay = replay;
    }

    Authorization authorization() {
        return authorization;
    }

    Replay replay() {
        return replay;
    }

    int number() {
        return number;
    }

    EventLoop loop() {
        return loop;
    }

    void opened(Session session) {
        sessions.add(session);
        if (!sweeping) {
            sweeping = true;
            var _ = loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    void closed(Session session) {
        sessions.remove(session);
    }

    List<Session> sessions() {
        return List.copyOf(sessions);
    }

    /** Looks for heartbeats that did not come and for checks that are due. */
    private void sweep() {
        long now = System.nanoTime();
        for (Session session : sessions()) {
            session.sweep(now);
        }
        sweeping = !sessions.isEmpty();
        if (sweeping) {
            var _ = loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    void subscribe(Channel channel) {
        if (channels.computeIfAbsent(channel.name(), _ -> new LinkedHashSet<>()).add(channel)) {
            hub.changed(channel.name(), number, 1);
        }
    }

    void unsubscribe(Channel channel) {
        Set<Channel> subscribers = channels.get(channel.name());
        if (subscribers != null && subscribers.remove(channel)) {
            if (subscribers.isEmpty()) {
                channels.remove(channel.name());
            }
            hub.changed(channel.name(), number, -1);
        }
    }

    /** From any thread. */
    void deliver(Outgoing message, @Nullable Channel from) {
        if (loop.inEventLoop()) {
            deliverNow(message, from);
        } else {
            loop.execute(() -> deliverNow(message, from));
        }
    }

    private void deliverNow(Outgoing message, @Nullable Channel from) {
        Set<Channel> subscribers = channels.get(message.channel());
        if (subscribers == null) {
            return;
        }
        Map<Protocol, Optional<SocketFrame>> frames = new EnumMap<>(Protocol.class);
        int count = 0;
        try {
            for (Channel subscriber : subscribers) {
                if (subscriber == from || !subscriber.wants(message)) {
                    continue;
                }
                Optional<SocketFrame> frame =
                        frames.computeIfAbsent(subscriber.session().protocol(), message::frame);
                if (frame.isPresent() && subscriber.session().send(frame.get())) {
                    count++;
                }
            }
        } finally {
            frames.values().forEach(frame -> frame.ifPresent(SocketFrame::release));
        }
        hub.countDelivered(count);
    }

    /** Messages of the database may have been missed: every channel is told. */
    void tellOfGap() {
        for (Set<Channel> subscribers : List.copyOf(channels.values())) {
            for (Channel channel : List.copyOf(subscribers)) {
                if (channel.isOpen()) {
                    channel.system("broadcast", "error", "Messages from the database may have been missed");
                }
            }
        }
    }

    /** The session has something to send at the end of this turn. */
    void flushLater(Session session) {
        if (toFlush.isEmpty()) {
            loop.execute(this::flush);
        }
        toFlush.add(session);
    }

    private void flush() {
        List<Session> now = List.copyOf(toFlush);
        toFlush.clear();
        now.forEach(Session::flush);
    }
}
