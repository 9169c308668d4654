package dev.galley.realtime;

/**
 * Where messages go. A private channel and a public one of the same topic have nothing to do with each other: else whoever may
 * join the public one could hear or say what policies forbid.
 *
 * @param topic without {@code realtime:}
 */
record ChannelName(String topic, boolean isPrivate) {
    static final String PREFIX = "realtime:";

    /** As in frames. */
    String wire() {
        return PREFIX + topic;
    }
}
