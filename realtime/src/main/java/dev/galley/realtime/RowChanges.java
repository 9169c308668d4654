package dev.galley.realtime;

/** Makes the part of a channel that is about changes of rows. */
@FunctionalInterface
interface RowChanges {

    /**
     * Called on the channel's event loop, before the join is answered.
     *
     * @throws Refused.RefusedException when the join must not succeed
     */
    ChangesPart join(Channel channel, JoinRequest request, ChannelToken token);
}
