package dev.galley.realtime;

import dev.galley.settings.SettingsReader;
import java.time.Duration;

/** The settings of the realtime service, under {@code realtime.}. All limits are those of one node. */
public record RealtimeSettings(
        boolean publicChannels, Limits limits, Presence presence, Timing timing, Messages messages, Nodes nodes) {

    /**
     * @param connections sockets of the project
     * @param channels of one socket
     * @param joins of the project in a second
     * @param messages of the project in a second
     * @param messagesOfClient of one socket in a second
     * @param payload of a broadcast, in bytes
     * @param waiting bytes that may wait for a client that reads too slowly
     * @param batch broadcasts in one request
     */
    public record Limits(
            int connections,
            int channels,
            int joins,
            int messages,
            int messagesOfClient,
            int payload,
            int waiting,
            int batch) {}

    /**
     * @param messages of the project in a second
     * @param calls of one channel of a client within the window
     * @param keys of what is tracked
     * @param payload of what is tracked, in bytes
     * @param diffInterval how long joins and leaves are gathered before they are told
     */
    public record Presence(int messages, int calls, Duration window, int keys, int payload, Duration diffInterval) {}

    /**
     * @param heartbeat time without a word from a client after which its socket is closed
     * @param recheck how often tokens and the policies of private channels are asked again
     * @param authorization time for the policies to answer
     * @param refusal time before a refused connection or join is told so
     * @param drain time over which sockets are closed at a shutdown
     */
    public record Timing(
            Duration heartbeat, Duration recheck, Duration authorization, Duration refusal, Duration drain) {}

    /**
     * @param retentionDays days for which messages of the database are kept
     * @param replay messages that one join may ask for
     */
    public record Messages(int retentionDays, int replay) {}

    /**
     * Links to the other nodes.
     *
     * @param host address of this node that the others can reach
     * @param port 0 takes a free one
     * @param queue bytes that may wait for another node
     */
    public record Nodes(boolean enabled, String host, int port, Duration heartbeat, int queue) {}

    public static RealtimeSettings from(SettingsReader settings) {
        return new RealtimeSettings(
                settings.flag(
                        "realtime.public-channels",
                        true,
                        "Whether channels may be joined that no policy guards; false allows private ones only."),
                limits(settings),
                presence(settings),
                timing(settings),
                new Messages(
                        settings.integer(
                                "realtime.messages.retention-days",
                                3,
                                1,
                                3650,
                                "Days for which messages sent from the database are kept for replay."),
                        settings.integer(
                                "realtime.messages.max-replay",
                                25,
                                1,
                                1_000,
                                "Messages that a join may ask for again.")),
                nodes(settings));
    }

    private static Limits limits(SettingsReader settings) {
        return new Limits(
                settings.integer(
                        "realtime.max-connections", 10_000, 1, 10_000_000, "Open sockets; more are answered 429."),
                settings.integer("realtime.max-channels", 100, 1, 10_000, "Channels that one socket may join."),
                settings.integer(
                        "realtime.max-joins-per-second", 2_500, 1, 1_000_000, "Joins of all clients in a second."),
                settings.integer(
                        "realtime.max-messages-per-second",
                        2_500,
                        1,
                        10_000_000,
                        "Broadcasts of all clients in a second; the channel that sends one more is closed."),
                settings.integer(
                        "realtime.max-client-messages-per-second",
                        100,
                        1,
                        1_000_000,
                        "Messages that one socket may send in a second; a channel that is used for more is closed."),
                bytes(settings, "realtime.max-payload", 3_000_000, "The largest payload of a broadcast."),
                bytes(
                        settings,
                        "realtime.max-waiting",
                        6 << 20,
                        "Bytes that may wait for a client that reads too slowly; then it is told and its socket"
                                + " closed."),
                settings.integer("realtime.max-batch", 100, 1, 10_000, "Broadcasts in one request by HTTP."));
    }

    private static Presence presence(SettingsReader settings) {
        return new Presence(
                settings.integer(
                        "realtime.presence.max-messages-per-second",
                        1_000,
                        1,
                        1_000_000,
                        "Changes of presence of all clients in a second."),
                settings.integer(
                        "realtime.presence.max-calls",
                        5,
                        1,
                        1_000_000,
                        "Changes of presence by one channel of a client within realtime.presence.window."),
                settings.duration(
                        "realtime.presence.window",
                        Duration.ofSeconds(30),
                        "The time that realtime.presence.max-calls is about."),
                settings.integer("realtime.presence.max-keys", 10, 1, 1_000, "Keys in what a client tracks."),
                bytes(settings, "realtime.presence.max-payload", 64 << 10, "The largest value that a client tracks."),
                settings.duration(
                        "realtime.presence.diff-interval",
                        Duration.ofMillis(50),
                        "How long joins and leaves are gathered before they are told together."));
    }

    private static Timing timing(SettingsReader settings) {
        return new Timing(
                settings.duration(
                        "realtime.heartbeat-timeout",
                        Duration.ofSeconds(60),
                        "Time without a message from a client after which its socket is closed."),
                settings.duration(
                        "realtime.recheck-interval",
                        Duration.ofSeconds(60),
                        "How often tokens, and the policies of private channels, are asked again while a channel is"
                                + " open."),
                settings.duration(
                        "realtime.authorization-timeout",
                        Duration.ofSeconds(5),
                        "The longest time for the policies of a private channel to answer."),
                settings.duration(
                        "realtime.refusal-delay",
                        Duration.ofMillis(500),
                        "Time before a refused connection or join is told so: it keeps clients from coming back at"
                                + " once."),
                settings.duration(
                        "realtime.drain-window",
                        Duration.ofSeconds(2),
                        "Time over which sockets are closed at a shutdown, so that not all clients come back at"
                                + " once."));
    }

    private static Nodes nodes(SettingsReader settings) {
        return new Nodes(
                settings.flag(
                        "realtime.nodes.enabled",
                        true,
                        "Whether this node looks for others on the same database and shares messages with them."),
                settings.text(
                        "realtime.nodes.host",
                        "127.0.0.1",
                        "Address on which the other nodes reach this one, and on which it listens for them."),
                settings.integer(
                        "realtime.nodes.port", 0, 0, 65535, "TCP port for the other nodes; 0 takes a free one."),
                settings.duration(
                        "realtime.nodes.heartbeat",
                        Duration.ofSeconds(5),
                        "How often a node writes that it lives and looks for others; one that is silent for three"
                                + " times as long is gone."),
                bytes(
                        settings,
                        "realtime.nodes.max-queue",
                        16 << 20,
                        "Bytes that may wait for another node; then the link is cut and made anew."));
    }

    private static int bytes(SettingsReader settings, String key, int otherwise, String description) {
        return (int) Math.min(settings.bytes(key, otherwise, description), 1 << 30);
    }
}
