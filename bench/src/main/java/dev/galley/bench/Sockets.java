package dev.galley.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Many clients of the realtime protocol on one thread. In each channel one of them sends, and sends the next message when its own
 * has come back: so there are as many messages under way as channels, however fast the server is.
 */
final class Sockets implements AutoCloseable {
    private static final int AT_A_TIME = 200;
    private static final long PATIENCE_SECONDS = 60;

    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<SocketClient> clients = new ArrayList<>();
    private final Deliveries deliveries = new Deliveries();
    private final int port;
    private final String key;
    private final int perChannel;

    /** @param perChannel clients in one channel */
    Sockets(int port, String key, int perChannel) {
        this.port = port;
        this.key = key;
        this.perChannel = perChannel;
    }

    /** Opens so many sockets; some hundred at a time, as the backlog of a listener is not endless. */
    void open(int count) {
        while (clients.size() < count) {
            CountDownLatch open = new CountDownLatch(Math.min(AT_A_TIME, count - clients.size()));
            for (long left = open.getCount(); left > 0; left--) {
                int number = clients.size();
                SocketClient client = new SocketClient(
                        "realtime:bench" + number / perChannel, number % perChannel == 0, key, deliveries, open);
                clients.add(client);
                var _ = new Bootstrap()
                        .group(loop)
                        .channel(NioSocketChannel.class)
                        .handler(new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline().addLast(client);
                            }
                        })
                        .connect("127.0.0.1", port);
            }
            await(open, "open");
        }
    }

    /** Joins every socket to its channel. */
    void join() {
        CountDownLatch joined = new CountDownLatch(clients.size());
        clients.forEach(client -> client.join(joined));
        await(joined, "in their channels");
    }

    private static void await(CountDownLatch latch, String what) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        latch.getCount() + " sockets are not " + what + " after " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Lets the senders send, and tells what was delivered in so many seconds after the first two. */
    Figures run(String name, int seconds) {
        try {
            deliveries.begin();
            clients.forEach(SocketClient::sendFirst);
            Thread.sleep(TimeUnit.SECONDS.toMillis(2));
            deliveries.begin();
            Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
            long[] nanos = deliveries.end();
            Arrays.sort(nanos);
            return new Figures(
                    name,
                    (double) deliveries.count() / seconds,
                    percentile(nanos, 0.5),
                    percentile(nanos, 0.99),
                    0,
                    0,
                    0,
                    0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static double percentile(long[] sortedNanos, double part) {
        return sortedNanos.length == 0 ? 0 : sortedNanos[(int) ((sortedNanos.length - 1) * part)] / 1e6;
    }

    @Override
    public void close() {
        clients.forEach(SocketClient::close);
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
