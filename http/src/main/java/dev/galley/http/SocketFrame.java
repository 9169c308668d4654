package dev.galley.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;

/**
 * A whole message from server to client as the bytes that go to the socket (RFC 6455, section 5.2). Such frames are not masked, so
 * one encoding serves any number of receivers: each send shares the bytes. Whoever makes it releases it when all sends are done.
 */
public final class SocketFrame extends AbstractReferenceCounted {
    private static final int FINAL = 0x80;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int LONGEST_SHORT = 125;
    private static final int LONGEST_MEDIUM = 0xffff;
    private static final int MEDIUM = 126;
    private static final int LONG = 127;
    private static final int HEADER_BYTES = 10;

    private final ByteBuf bytes;

    private SocketFrame(ByteBuf bytes) {
        this.bytes = bytes;
    }

    /** @param utf8 the message; copied */
    public static SocketFrame text(byte[] utf8) {
        return of(TEXT, utf8);
    }

    /** @param message copied */
    public static SocketFrame binary(byte[] message) {
        return of(BINARY, message);
    }

    private static SocketFrame of(int opcode, byte[] message) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.ioBuffer(HEADER_BYTES + message.length);
        bytes.writeByte(FINAL | opcode);
        if (message.length <= LONGEST_SHORT) {
            bytes.writeByte(message.length);
        } else if (message.length <= LONGEST_MEDIUM) {
            bytes.writeByte(MEDIUM).writeShort(message.length);
        } else {
            bytes.writeByte(LONG).writeLong(message.length);
        }
        return new SocketFrame(bytes.writeBytes(message));
    }

    /** A view for one send, with a share in the bytes. */
    ByteBuf shared() {
        return bytes.retainedDuplicate();
    }

    /** Of the frame, its header included. */
    public int length() {
        return bytes.readableBytes();
    }

    @Override
    protected void deallocate() {
        bytes.release();
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        bytes.touch(hint);
        return this;
    }
}
