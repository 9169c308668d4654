package dev.galley.postgres.wire;

import io.netty.buffer.ByteBuf;

/** What is sent up to one Sync, and who takes the server's answers to it, up to its ReadyForQuery. */
interface Exchange {

    /** Writes the messages, Sync included. */
    void encode(ByteBuf out);

    /** One of the Parse messages succeeded, in order. */
    default void parsed() {}

    /** @param body of a DataRow, valid during the call only */
    default void row(ByteBuf body) {}

    /** @param rows the count in the command's tag, 0 when it has none */
    default void completed(long rows) {}

    default void failed(ServerError error) {}

    /** A row is too long to be taken; {@link #lost} follows. */
    default void tooLong(int bytes) {}

    /**
     * The last call when all went well.
     *
     * @param status {@code I} idle, {@code T} in a transaction, {@code E} in a failed one
     */
    void ready(byte status);

    /** The last call when the connection was lost instead. */
    void lost(String reason);
}
