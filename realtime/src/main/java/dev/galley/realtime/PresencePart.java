package dev.galley.realtime;

import dev.galley.realtime.Authorization.Extension;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Presence of a channel's client, and what it hears of others. Confined to the channel's event loop. */
final class PresencePart {
    private static final String TOO_MANY = "Too many presence messages per second";

    private final Channel channel;
    private final String key;
    private final Rate calls;
    /** Whether the client hears who comes and goes. */
    private boolean on;

    private final boolean asked;
    private boolean stateSent;
    private boolean tracks;
    /** Of what was asked for last: an answer of the policies for something older comes too late. */
    private int turn;

    private @Nullable ObjectNode tracked;

    PresencePart(Channel channel, JoinRequest.Presence asked) {
        RealtimeSettings.Presence limits = channel.realtime().settings().presence();
        this.channel = channel;
        this.key = asked.key().isEmpty() ? UUID.randomUUID().toString() : asked.key();
        this.calls = new Rate(limits.calls(), limits.window().toNanos());
        this.asked = asked.enabled();
        // Clients from before the switch hear of all, though they are sent no state.
        this.on = asked.enabled() || !asked.told();
    }

    boolean isOn() {
        return on;
    }

    boolean wantsDiffs() {
        return on && (stateSent || !asked);
    }

    void joined() {
        if (asked) {
            sendState();
        }
    }

    void permissionsChanged() {
        if (asked && !stateSent) {
            sendState();
        }
    }

    private void sendState() {
        if (!channel.permissions().readsPresence()) {
            return;
        }
        if (!channel.realtime().rates().presence().admit(1)) {
            channel.shutDown(TOO_MANY);
            return;
        }
        channel.realtime()
                .presence()
                .state(channel.name(), channel.session().loop().loop(), state -> {
                    if (channel.isOpen()) {
                        channel.push("presence_state", state);
                        stateSent = true;
                    }
                });
    }

    void receive(Inbound.Event message) {
        String event = message.payload().path("event").asString("").toLowerCase(Locale.ROOT);
        if (!calls.admit(1, System.nanoTime())) {
            channel.shutDown("Client presence rate limit exceeded");
            return;
        }
        switch (event) {
            case "track" -> track(message.payload().path("payload"), message.ref());
            case "untrack" -> {
                untrack();
                channel.reply(message.ref(), "ok", "{}");
            }
            case "" -> channel.reply(message.ref(), "ok", "{}");
            default -> channel.reply(message.ref(), "error", "{}");
        }
    }

    private void track(JsonNode sent, @Nullable String ref) {
        if (!sent.isMissingNode() && !(sent instanceof ObjectNode)) {
            refuse(ref, "Presence track payload must be a map");
            return;
        }
        ObjectNode payload = sent instanceof ObjectNode object ? object : TextFrames.JSON.createObjectNode();
        RealtimeSettings.Presence limits = channel.realtime().settings().presence();
        if (payload.size() > limits.keys()) {
            refuse(ref, "Presence track payload may have " + limits.keys() + " keys");
            return;
        }
        if (payload.toString().getBytes(StandardCharsets.UTF_8).length > limits.payload()) {
            channel.shutDown("Track message size exceeded");
            return;
        }
        if (payload.equals(tracked)) {
            channel.reply(ref, "ok", "{}");
            return;
        }
        if (!channel.realtime().rates().presence().admit(1)) {
            channel.shutDown(TOO_MANY);
            return;
        }
        int asking = ++turn;
        var _ = channel.permissions()
                .readPresence()
                .compose(_ -> channel.permissions().write(Extension.PRESENCE))
                .onComplete(allowed -> {
                    if (!channel.isOpen()) {
                        return;
                    }
                    if (allowed.failed() || !allowed.result()) {
                        channel.reply(ref, "error", "{}");
                        return;
                    }
                    if (asking == turn) {
                        on = true;
                        tracks = true;
                        tracked = payload;
                        channel.realtime().presence().track(channel.name(), key, channel.id(), payload);
                    }
                    channel.reply(ref, "ok", "{}");
                });
    }

    private void refuse(@Nullable String ref, String reason) {
        channel.reply(ref, "error", "{\"reason\":\"" + reason + "\"}");
    }

    private void untrack() {
        turn++;
        tracked = null;
        if (tracks) {
            tracks = false;
            channel.realtime().presence().untrack(channel.name(), channel.id());
        }
    }

    void left() {
        untrack();
    }
}
