package dev.galley.realtime;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A message from a client. */
sealed interface Inbound {
    /** Of the join that the channel was opened with. */
    @Nullable
    String joinRef();

    /** To be repeated in the reply. */
    @Nullable
    String ref();

    String topic();

    /** @param payload empty when it was no object */
    record Event(@Nullable String joinRef, @Nullable String ref, String topic, String event, ObjectNode payload)
            implements Inbound {}

    /**
     * A broadcast whose payload is passed on as it came.
     *
     * @param json whether the payload is JSON; not looked at
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on and never changed
    record UserBroadcast(
            @Nullable String joinRef, @Nullable String ref, String topic, String event, boolean json, byte[] payload)
            implements Inbound {}

    /** Thrown for what no message of the protocol looks like. */
    final class Malformed extends RuntimeException {
        Malformed(String what) {
            super(what, null, false, false);
        }
    }
}
