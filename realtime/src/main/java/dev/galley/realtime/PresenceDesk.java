package dev.galley.realtime;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who is present, by channel, on all nodes. One event loop owns it all and every other one sends it messages. That gives the order
 * for free: a state and the joins and leaves after it reach a subscriber's loop in the order in which the owner has sent them, so
 * that nothing is told twice and nothing is left out.
 *
 * <p>A node has the say over the presence of its own clients and no others. It tells the other nodes of every change in order, and
 * of all that it has when a link begins; when a node is gone for good, all that it had leaves. So there are no conflicts to settle.
 */
final class PresenceDesk {
    /** In place of a node's id: this one. */
    static final String HERE = "";

    private final Hub hub;
    private final long diffMillis;
    private final PhxRefs refs;
    private final Map<ChannelName, PresenceTopic> topics = new HashMap<>();
    private @Nullable EventLoop owner;
    private volatile Consumer<PresenceChange> others = _ -> {};

    PresenceDesk(Hub hub, Duration diffInterval, PhxRefs refs) {
        this.hub = hub;
        this.diffMillis = diffInterval.toMillis();
        this.refs = refs;
    }

    /** The first loop that asks owns it all. */
    synchronized void offer(EventLoop loop) {
        if (owner == null) {
            owner = loop;
        }
    }

    /** @param link takes what is to be told to the other nodes, in order, on the owner's loop; must not block */
    void linkTo(Consumer<PresenceChange> link) {
        others = link;
    }

    /**
     * The client appears in the channel, or with another value.
     *
     * @param channelId of this process, of the client's channel
     */
    void track(ChannelName channel, String key, long channelId, ObjectNode value) {
        run(() -> {
            PresenceTopic.Holder holder = new PresenceTopic.Holder(HERE, channelId);
            PresenceTopic.Meta meta =
                    PresenceTopic.Meta.of(key, refs.next(), topic(channel).refOf(holder), value);
            join(channel, holder, meta);
            others.accept(new PresenceChange.Joined(channel, channelId, meta));
        });
    }

    void untrack(ChannelName channel, long channelId) {
        run(() -> {
            if (leave(channel, new PresenceTopic.Holder(HERE, channelId))) {
                others.accept(new PresenceChange.Left(channel, channelId));
            }
        });
    }

    /** Tells the state as of now on the asker's loop; whatever changes afterwards is told afterwards. */
    void state(ChannelName channel, EventLoop asker, Consumer<String> answer) {
        run(() -> {
            PresenceTopic topic = topics.get(channel);
            if (topic != null) {
                tell(channel, topic);
            }
            String state = topic == null ? "{}" : topic.state();
            if (asker.inEventLoop()) {
                answer.accept(state);
            } else {
                asker.execute(() -> answer.accept(state));
            }
        });
    }

    /** Something that another node has told. */
    void changedThere(String node, PresenceChange change) {
        run(() -> {
            switch (change) {
                case PresenceChange.Joined joined ->
                    join(joined.channel(), new PresenceTopic.Holder(node, joined.channelId()), joined.meta());
                case PresenceChange.Left left ->
                    leave(left.channel(), new PresenceTopic.Holder(node, left.channelId()));
            }
        });
    }

    /** All that a node has, which replaces what was known of it. */
    void stateThere(String node, List<PresenceChange.Joined> all) {
        run(() -> {
            Map<ChannelName, Map<Long, PresenceTopic.Meta>> byChannel = new HashMap<>();
            all.forEach(joined -> byChannel
                    .computeIfAbsent(joined.channel(), _ -> new HashMap<>())
                    .put(joined.channelId(), joined.meta()));
            forget(node, byChannel);
            byChannel.forEach((channel, metas) -> metas.forEach((id, meta) -> {
                PresenceTopic.Holder holder = new PresenceTopic.Holder(node, id);
                if (!meta.ref().equals(topic(channel).refOf(holder))) {
                    join(channel, holder, meta);
                }
            }));
        });
    }

    /** A node is gone for good. */
    void gone(String node) {
        run(() -> forget(node, Map.of()));
    }

    private void forget(String node, Map<ChannelName, Map<Long, PresenceTopic.Meta>> but) {
        for (ChannelName channel : List.copyOf(topics.keySet())) {
            Map<Long, PresenceTopic.Meta> kept = but.getOrDefault(channel, Map.of());
            for (PresenceTopic.Holder holder : topic(channel).holdersOf(node)) {
                if (!kept.containsKey(holder.channelId())) {
                    leave(channel, holder);
                }
            }
        }
    }

    /** All that this node has, on the owner's loop: for a link that begins. What changes afterwards is told to {@link #linkTo} afterwards. */
    void own(Consumer<List<PresenceChange.Joined>> answer) {
        run(() -> {
            List<PresenceChange.Joined> all = new ArrayList<>();
            topics.forEach((channel, topic) -> topic.holdersOf(HERE)
                    .forEach(holder ->
                            all.add(new PresenceChange.Joined(channel, holder.channelId(), topic.metaOf(holder)))));
            answer.accept(all);
        });
    }

    /** For metrics: on the owner's loop, so an estimate. */
    int channels() {
        return topics.size();
    }

    private void join(ChannelName channel, PresenceTopic.Holder holder, PresenceTopic.Meta meta) {
        PresenceTopic topic = topic(channel);
        topic.join(holder, meta);
        tellSoon(channel, topic);
    }

    private boolean leave(ChannelName channel, PresenceTopic.Holder holder) {
        PresenceTopic topic = topics.get(channel);
        if (topic == null || !topic.leave(holder)) {
            return false;
        }
        tellSoon(channel, topic);
        return true;
    }

    private PresenceTopic topic(ChannelName channel) {
        return topics.computeIfAbsent(channel, _ -> new PresenceTopic());
    }

    private void tellSoon(ChannelName channel, PresenceTopic topic) {
        if (topic.planned()) {
            return;
        }
        topic.plan();
        var _ = Objects.requireNonNull(owner).schedule(() -> tell(channel, topic), diffMillis, TimeUnit.MILLISECONDS);
    }

    private void tell(ChannelName channel, PresenceTopic topic) {
        topic.takeDiff()
                .ifPresent(diff -> hub.publish(new Outgoing.Text(channel, Outgoing.Text.PRESENCE_DIFF, diff), null));
        if (topic.isEmpty()) {
            topics.remove(channel, topic);
        }
    }

    private void run(Runnable action) {
        EventLoop loop = Objects.requireNonNull(owner, "no event loop has been offered yet");
        if (loop.inEventLoop()) {
            action.run();
        } else {
            loop.execute(action);
        }
    }
}
