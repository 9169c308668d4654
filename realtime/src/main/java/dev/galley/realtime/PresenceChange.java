package dev.galley.realtime;

/** A change of presence that a node tells the others. */
sealed interface PresenceChange {

    /** @param channelId of the node's process, of the client's channel */
    record Joined(ChannelName channel, long channelId, PresenceTopic.Meta meta) implements PresenceChange {}

    /** @param channelId of the node's process, of the client's channel */
    record Left(ChannelName channel, long channelId) implements PresenceChange {}
}
