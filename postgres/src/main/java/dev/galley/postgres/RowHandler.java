package dev.galley.postgres;

import io.netty.buffer.ByteBuf;

/**
 * Receives the rows of one statement while they arrive, on the connection's event loop. It must not block, and must not keep
 * the buffer after it returns. An exception thrown here ends the request: it is cancelled and fails with that exception.
 */
@FunctionalInterface
public interface RowHandler {

    /** Drops every row. */
    RowHandler NONE = new RowHandler() {
        @Override
        public void row(ByteBuf row) {}

        @Override
        public boolean restart() {
            return true;
        }
    };

    /**
     * @param row the body of a DataRow message from the reader index on: Int16 number of columns, then for each an Int32
     *     length (-1 for NULL) and that many bytes of text format
     */
    void row(ByteBuf row);

    /**
     * The statement is about to be run again from its start (its first run was cut short and changed nothing). Returns true
     * after forgetting every row received so far; false when that is impossible: the request then fails instead.
     */
    default boolean restart() {
        return false;
    }
}
