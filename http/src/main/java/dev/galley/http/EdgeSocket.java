package dev.galley.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket (RFC 6455) after its handshake. Vert.x does the handshake; from then on this handler stands before it in the
 * connection's pipeline and has all frames to itself, for three reasons: a message for many receivers is encoded once and its bytes
 * are shared, what waits to be written is known in bytes and bounded, and an idle socket holds no buffer.
 *
 * <p>Confined to its event loop. Pings are answered here. What the protocol or the limits forbid closes the socket with the code
 * that the RFC has for it: 1002, 1007, 1008, 1009.
 */
public final class EdgeSocket extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(EdgeSocket.class.getName());
    private static final long CLOSE_MILLIS = 5_000;
    /** For a client that breaks the rules: just so long that it can read why. */
    private static final long CUT_MILLIS = 500;

    private static final int LONGEST_REASON = 123;
    private static final int ABNORMAL = 1006;
    private static final int NO_CODE = 1005;

    /**
     * @param message the longest message in bytes, however it is cut into frames
     * @param waiting bytes that may wait for a client that reads too slowly
     * @param control pings, pongs and empty frames in a second
     */
    public record Limits(int message, int waiting, int control) {}

    private final Limits limits;
    private final SocketEnd end;
    private final String client;
    private @Nullable SocketListener listener;
    private @Nullable ChannelHandlerContext context;
    private @Nullable CompositeByteBuf fragments;
    private boolean fragmentsAreText;
    private boolean closing;
    private boolean ended;
    private int closeCode = ABNORMAL;
    private int controls;
    private long controlsSince;
    private long written;

    /** Is told of the end of a socket. */
    @FunctionalInterface
    interface SocketEnd {
        /** @param code of the first close frame, from whichever side; 1006 without one */
        void ended(int code, long bytesWritten);
    }

    EdgeSocket(Limits limits, String client, SocketEnd end) {
        this.limits = limits;
        this.client = client;
        this.end = end;
    }

    /** To be called once, in the same turn of the event loop in which the socket was put into the pipeline. */
    void listen(SocketListener to) {
        listener = to;
    }

    /** The client's address, as {@link Requests#clientAddress}. */
    public String client() {
        return client;
    }

    public EventLoop loop() {
        return (EventLoop) context().executor();
    }

    /** Whether messages still go out. */
    public boolean isOpen() {
        return !closing && !ended;
    }

    /**
     * Queues a message; {@link #flush} sends it. A client that has let more wait than it may is told so and closed.
     *
     * @return false when the socket is closing and the message was dropped
     */
    public boolean send(SocketFrame frame) {
        if (!isOpen()) {
            return false;
        }
        if (waiting() + frame.length() > limits.waiting()) {
            close(
                    WebSocketCloseStatus.POLICY_VIOLATION.code(),
                    "too slow: more than " + limits.waiting() + " bytes wait for you");
            return false;
        }
        written += frame.length();
        var channel = context();
        var _ = channel.write(frame.shared(), channel.voidPromise());
        return true;
    }

    public void flush() {
        if (!ended) {
            context().flush();
        }
    }

    /** Bytes that wait to be taken by the client. */
    public long waiting() {
        var buffer = context().channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Says goodbye, and cuts the connection when the client has not answered in some seconds. */
    public void close(int code, String reason) {
        close(code, reason, CLOSE_MILLIS);
    }

    private void refuse(WebSocketCloseStatus why, String reason) {
        close(why.code(), reason, CUT_MILLIS);
    }

    private void close(int code, String reason, long patienceMillis) {
        if (!isOpen()) {
            return;
        }
        closing = true;
        closeCode = code;
        var channel = context();
        var _ = channel.writeAndFlush(new CloseWebSocketFrame(code, shortened(reason)));
        var _ = channel.executor().schedule(this::cut, patienceMillis, TimeUnit.MILLISECONDS);
    }

    private void cut() {
        if (!ended) {
            var _ = context().close();
        }
    }

    private static String shortened(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not in a pipeline yet");
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext channel, Object message) {
        if (!(message instanceof WebSocketFrame frame)) {
            channel.fireChannelRead(message);
            return;
        }
        try {
            read(frame);
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "a socket's message could not be handled", failure);
            refuse(WebSocketCloseStatus.INTERNAL_SERVER_ERROR, "");
        } finally {
            ReferenceCountUtil.release(frame);
        }
    }

    private void read(WebSocketFrame frame) {
        if (frame instanceof CloseWebSocketFrame farewell) {
            farewell(farewell);
            return;
        }
        if (!isOpen() || tooManyControls(frame)) {
            return;
        }
        switch (frame) {
            case PingWebSocketFrame ping -> answer(ping);
            case PongWebSocketFrame _ -> {}
            case ContinuationWebSocketFrame part -> next(part);
            case TextWebSocketFrame text -> first(text, true);
            case BinaryWebSocketFrame binary -> first(binary, false);
            default -> refuse(WebSocketCloseStatus.PROTOCOL_ERROR, "unknown frame");
        }
    }

    private void answer(PingWebSocketFrame ping) {
        if (waiting() > limits.waiting()) {
            refuse(WebSocketCloseStatus.POLICY_VIOLATION, "too slow");
            return;
        }
        var _ = context().writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
    }

    private void first(WebSocketFrame frame, boolean text) {
        if (frame.content().readableBytes() > limits.message()) {
            tooLong();
        } else if (frame.isFinalFragment()) {
            deliver(frame.content(), text);
        } else {
            fragmentsAreText = text;
            fragments = context().alloc().compositeBuffer(Integer.MAX_VALUE);
            fragments.addComponent(true, frame.content().retain());
        }
    }

    private void next(ContinuationWebSocketFrame frame) {
        CompositeByteBuf sofar = fragments;
        if (sofar == null) {
            refuse(WebSocketCloseStatus.PROTOCOL_ERROR, "a continuation of nothing");
            return;
        }
        if (sofar.readableBytes() + frame.content().readableBytes() > limits.message()) {
            tooLong();
            return;
        }
        sofar.addComponent(true, frame.content().retain());
        if (frame.isFinalFragment()) {
            fragments = null;
            try {
                deliver(sofar, fragmentsAreText);
            } finally {
                sofar.release();
            }
        }
    }

    private void deliver(ByteBuf message, boolean text) {
        SocketListener to = Objects.requireNonNull(listener, "nobody listens");
        if (text) {
            to.text(message);
        } else {
            to.binary(message);
        }
    }

    private void tooLong() {
        refuse(WebSocketCloseStatus.MESSAGE_TOO_BIG, "a message may have " + limits.message() + " bytes");
    }

    private boolean tooManyControls(WebSocketFrame frame) {
        boolean counted = frame instanceof PingWebSocketFrame
                || frame instanceof PongWebSocketFrame
                || (!frame.isFinalFragment() && frame.content().readableBytes() == 0);
        if (!counted) {
            return false;
        }
        long now = System.nanoTime();
        if (now - controlsSince > TimeUnit.SECONDS.toNanos(1)) {
            controlsSince = now;
            controls = 0;
        }
        if (++controls > limits.control()) {
            refuse(WebSocketCloseStatus.POLICY_VIOLATION, "too many control frames");
            return true;
        }
        return false;
    }

    /** Answered in kind, unless it answers ours. */
    private void farewell(CloseWebSocketFrame frame) {
        if (closing) {
            var _ = context().close();
            return;
        }
        closing = true;
        closeCode = frame.statusCode() < 0 ? NO_CODE : frame.statusCode();
        var _ = context().writeAndFlush(frame.retain()).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channel, Throwable failure) {
        switch (failure) {
            case CorruptedWebSocketFrameException corrupted ->
                refuse(corrupted.closeStatus(), String.valueOf(corrupted.getMessage()));
            case CorruptedFrameException _ -> refuse(WebSocketCloseStatus.PROTOCOL_ERROR, "");
            default -> {
                LOG.log(Level.DEBUG, "a socket failed", failure);
                var _ = channel.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext channel) {
        if (!ended) {
            ended = true;
            if (fragments != null) {
                fragments.release();
                fragments = null;
            }
            try {
                if (listener != null) {
                    listener.closed();
                }
            } finally {
                end.ended(closeCode, written);
            }
        }
        channel.fireChannelInactive();
    }
}
