package dev.galley.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client is too slow to deserve it. Sits first in the pipeline, so it counts raw bytes (of TLS
 * too), and runs on the channel's event loop only.
 *
 * <p>A connection is in one of three states: <b>idle</b> (no request in flight, no byte of a next one), <b>reading a
 * head</b> (bytes have come, the edge has not yet seen a request) or <b>busy</b> (requests in flight). Idle and head have
 * a deadline. A busy one must deliver its body, and take its answer, at a minimum rate; while the service does not read
 * (back pressure) or nothing waits to be written, the client is not to blame. The clock is looked at a few times per
 * deadline, not on every byte, so deadlines are kept to within {@code TICKS}.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
    /** Looks per shortest deadline. */
    private static final int TICKS = 4;

    private final long headNanos;
    private final long idleNanos;
    private final long graceNanos;
    private final long stallNanos;
    private final int minimumRate;
    private final long tickNanos;

    private @Nullable ScheduledFuture<?> tick;
    private String peer = "-";
    private int inFlight;
    private boolean readingHead;
    private boolean multiplexed;
    private boolean closing;
    /** When the present state began. */
    private long since;

    private @Nullable Exchange uploading;
    private long uploadBytes;
    private long uploadSince;
    private long pendingWrite;
    private long stalledSince;

    ConnectionGuard(HttpSettings settings) {
        HttpSettings.Timeouts timeouts = settings.timeouts();
        headNanos = timeouts.head().toNanos();
        idleNanos = timeouts.idle().toNanos();
        graceNanos = timeouts.rateGrace().toNanos();
        stallNanos = timeouts.stalledWrite().toNanos();
        minimumRate = settings.limits().minimumRate();
        tickNanos = Math.max(
                TimeUnit.MILLISECONDS.toNanos(10),
                Math.min(Math.min(headNanos, idleNanos), Math.min(graceNanos, stallNanos)) / TICKS);
    }

    static @Nullable ConnectionGuard of(HttpConnection connection) {
        return connection instanceof HttpServerConnection server
                ? server.channelHandlerContext().pipeline().get(ConnectionGuard.class)
                : null;
    }

    String peer() {
        return peer;
    }

    void requestBegan(Exchange exchange, boolean http2, boolean body) {
        inFlight++;
        readingHead = false;
        multiplexed |= http2;
        if (body && minimumRate > 0) {
            uploading = exchange;
            uploadBytes = 0;
            uploadSince = System.nanoTime();
        }
    }

    void requestEnded() {
        inFlight--;
        if (inFlight == 0) {
            uploading = null;
            since = System.nanoTime();
        }
    }

    /** The connection is a socket from now on, with limits and heartbeats of its own: nothing here is for it. */
    void upgraded(ChannelPipeline pipeline) {
        stopLooking();
        pipeline.remove(this);
    }

    private void stopLooking() {
        if (tick != null) {
            tick.cancel(false);
            tick = null;
        }
    }

    /** From now on every further request of the connection is dropped unanswered. */
    void closing() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (context.channel().remoteAddress() instanceof InetSocketAddress address) {
            peer = address.getAddress().getHostAddress();
        }
        since = System.nanoTime();
        // A client that connects and says nothing is as suspicious as one that says it slowly.
        readingHead = true;
        tick = context.executor()
                .scheduleWithFixedDelay(() -> look(context), tickNanos, tickNanos, TimeUnit.NANOSECONDS);
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopLooking();
        context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (inFlight == 0) {
            if (!readingHead && !multiplexed) {
                readingHead = true;
                since = System.nanoTime();
            }
        } else if (message instanceof ByteBuf bytes) {
            uploadBytes += bytes.readableBytes();
        }
        context.fireChannelRead(message);
    }

    private void look(ChannelHandlerContext context) {
        long now = System.nanoTime();
        boolean late = inFlight == 0
                ? now - since > (readingHead && !multiplexed ? headNanos : idleNanos)
                : uploadTooSlow(context, now);
        if (late || writeStalled(context, now)) {
            closing = true;
            var _ = context.close();
        }
    }

    private boolean uploadTooSlow(ChannelHandlerContext context, long now) {
        Exchange upload = uploading;
        if (upload == null || upload.ended || upload.request.isEnded()) {
            return false;
        }
        if (!context.channel().config().isAutoRead()) {
            uploadBytes = 0;
            uploadSince = now;
            return false;
        }
        long elapsed = now - uploadSince;
        return elapsed > graceNanos && uploadBytes < minimumRate * (elapsed / 1e9);
    }

    private boolean writeStalled(ChannelHandlerContext context, long now) {
        var buffer = context.channel().unsafe().outboundBuffer();
        long pending = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        boolean moving = pending == 0
                || minimumRate == 0
                || (context.channel().isWritable() && pending < pendingWrite)
                || pendingWrite - pending >= minimumRate * (tickNanos / 1e9);
        pendingWrite = pending;
        if (moving) {
            stalledSince = now;
        }
        return now - stalledSince > stallNanos;
    }
}
