package dev.galley.postgres.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the server's byte stream into messages. A message that lies whole in what was just received is handed on in place,
 * without a copy; only the message that straddles two reads is gathered.
 */
final class MessageReader extends ChannelInboundHandlerAdapter {
    private static final int HEADER = 5;

    /** Who the messages are for. Confined to the event loop. */
    interface Receiver {
        /** @param body bounded to the message's body; valid during the call only */
        void message(byte type, ByteBuf body);

        /** All that was readable has been handed on. */
        void readComplete();

        /** A message is longer than allowed; the connection is about to be given up for it. */
        default void tooLong(int bytes) {}

        /** The connection is gone, or its bytes are no protocol. Called once, and nothing after it. */
        void lost(String reason);
    }

    private final int longestMessage;
    private Receiver receiver;
    private @Nullable ByteBuf gathered;
    private boolean ended;

    MessageReader(int longestMessage, Receiver first) {
        this.longestMessage = longestMessage;
        this.receiver = first;
    }

    void handOverTo(Receiver next) {
        receiver = next;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf received)) {
            context.fireChannelRead(message);
            return;
        }
        if (ended) {
            received.release();
            return;
        }
        ByteBuf input = gathered == null
                ? received
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), gathered, received);
        gathered = input;
        try {
            deliver(input);
        } catch (RuntimeException | Error e) {
            end(context, "unexpected " + e);
        }
        if (!ended && !input.isReadable()) {
            gathered = null;
            input.release();
        }
    }

    private void deliver(ByteBuf input) {
        while (!ended && input.readableBytes() >= HEADER) {
            int start = input.readerIndex();
            int length = input.getInt(start + 1);
            if (length < 4) {
                throw new IllegalStateException("message of " + length + " bytes");
            }
            if (length > longestMessage) {
                receiver.tooLong(length);
                throw new IllegalStateException("message of " + length + " bytes");
            }
            int end = start + 1 + length;
            int received = input.writerIndex();
            if (end > received) {
                return;
            }
            // The body is shown by moving the buffer's own bounds: no object per row.
            input.setIndex(start + HEADER, end);
            byte type = input.getByte(start);
            receiver.message(type, input);
            if (ended) {
                return; // the buffer has been released
            }
            input.setIndex(end, received);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!ended) {
            receiver.readComplete();
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(context, "the server closed the connection");
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end(context, String.valueOf(cause.getMessage()));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        ended = true;
        release();
    }

    /** Ends the connection from this side, for a reason that its users are told. */
    void end(ChannelHandlerContext context, String reason) {
        if (ended) {
            return;
        }
        ended = true;
        release();
        var _ = context.close();
        receiver.lost(reason);
    }

    private void release() {
        ByteBuf rest = gathered;
        gathered = null;
        if (rest != null) {
            rest.release();
        }
    }
}
