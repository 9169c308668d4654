package dev.galley.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One client of the realtime protocol, version 2, that does no more than a load needs: its broadcasts are bytes with the time of their
 * sending in front, its frames are masked with zeros (RFC 6455 asks for a mask, not for a secret one).
 */
final class SocketClient extends ByteToMessageDecoder {
    private static final int PAYLOAD_BYTES = 128;
    private static final int TEXT = 0x81;
    private static final int BINARY = 0x82;
    private static final int MASKED = 0x80;
    private static final int SHORT = 126;
    private static final int BROADCAST = 4;

    private final String topic;
    private final boolean sends;
    private final String key;
    private final Deliveries deliveries;
    private final CountDownLatch opened;
    private volatile @Nullable CountDownLatch joined;
    private volatile @Nullable ChannelHandlerContext context;
    private boolean shaken;

    SocketClient(String topic, boolean sends, String key, Deliveries deliveries, CountDownLatch opened) {
        this.topic = topic;
        this.sends = sends;
        this.key = key;
        this.deliveries = deliveries;
        this.opened = opened;
    }

    @Override
    public void channelActive(ChannelHandlerContext channel) {
        context = channel;
        var _ = channel.writeAndFlush(Unpooled.copiedBuffer(
                "GET /realtime/v1/websocket?vsn=2.0.0&apikey=" + key
                        + " HTTP/1.1\r\n"
                        + "Host: localhost\r\n"
                        + "Upgrade: websocket\r\n"
                        + "Connection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                StandardCharsets.US_ASCII));
    }

    void join(CountDownLatch latch) {
        joined = latch;
        byte[] message = ("[\"1\",\"1\",\"" + topic + "\",\"phx_join\",{\"config\":{\"broadcast\":{\"self\":" + sends
                        + "}}}]")
                .getBytes(StandardCharsets.UTF_8);
        write(TEXT, Unpooled.wrappedBuffer(message));
    }

    void sendFirst() {
        if (sends) {
            send();
        }
    }

    private void send() {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        ByteBuf message = Unpooled.buffer(256)
                .writeByte(3)
                .writeByte(0)
                .writeByte(0)
                .writeByte(name.length)
                .writeByte(1)
                .writeByte(0)
                .writeByte(0)
                .writeBytes(name)
                .writeByte('e')
                .writeLong(System.nanoTime())
                .writeZero(PAYLOAD_BYTES - Long.BYTES);
        write(BINARY, message);
    }

    private void write(int head, ByteBuf message) {
        ChannelHandlerContext channel = context;
        if (channel == null) {
            throw new IllegalStateException("not connected");
        }
        int length = message.readableBytes();
        ByteBuf frame = Unpooled.buffer(length + 8).writeByte(head);
        if (length < SHORT) {
            frame.writeByte(MASKED | length);
        } else {
            frame.writeByte(MASKED | SHORT).writeShort(length);
        }
        var _ = channel.writeAndFlush(frame.writeInt(0).writeBytes(message));
    }

    @Override
    protected void decode(ChannelHandlerContext channel, ByteBuf in, List<Object> out) {
        if (!shaken) {
            String head = in.toString(StandardCharsets.US_ASCII);
            int end = head.indexOf("\r\n\r\n");
            if (end < 0) {
                return;
            }
            if (!head.startsWith("HTTP/1.1 101 ")) {
                throw new IllegalStateException(head);
            }
            in.skipBytes(end + 4);
            shaken = true;
            opened.countDown();
            return;
        }
        if (in.readableBytes() < 4) {
            return;
        }
        int start = in.readerIndex();
        int length = in.getByte(start + 1) & 0x7f;
        int head = 2;
        if (length == SHORT) {
            length = in.getUnsignedShort(start + 2);
            head = 4;
        }
        if (in.readableBytes() < head + length) {
            return;
        }
        hear(in.slice(start + head, length), in.getUnsignedByte(start));
        in.skipBytes(head + length);
    }

    private void hear(ByteBuf message, int head) {
        if (head == BINARY && message.getByte(0) == BROADCAST) {
            int payload = 5 + message.getUnsignedByte(1) + message.getUnsignedByte(2) + message.getUnsignedByte(3);
            deliveries.arrived(System.nanoTime() - message.getLong(payload));
            if (sends && deliveries.counting()) {
                send();
            }
        } else if (head == TEXT && joined != null) {
            CountDownLatch latch = joined;
            joined = null;
            latch.countDown();
        }
    }

    void close() {
        ChannelHandlerContext channel = context;
        if (channel != null) {
            var _ = channel.close();
        }
    }
}
