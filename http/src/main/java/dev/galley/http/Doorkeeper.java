package dev.galley.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Lets connections in, up to the limits, and puts a {@link ConnectionGuard} on each from its first byte.
 *
 * <p>Vert.x shows a connection to its user only when the first request head has been read, so a client that never finishes
 * a head would stay out of sight. Netty's own hook for such needs is an initializer extension: it sees each accepted
 * channel of the process before any byte of it is read. It is loaded as a Java service and must be switched on by a system
 * property before Netty is used for the first time ({@link #enable()}); the start of the edge warns when it was not.
 */
final class Doorkeeper {
    /** By the local port: the extension sees the channels of every server in the process. */
    private static final Map<Integer, Doorkeeper> BY_PORT = new ConcurrentHashMap<>();

    private final HttpSettings settings;
    private final ClientAddress addresses;
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder turnedAway = new LongAdder();
    private final Map<InetAddress, Integer> openByAddress = new ConcurrentHashMap<>();

    Doorkeeper(HttpSettings settings, ClientAddress addresses) {
        this.settings = settings;
        this.addresses = addresses;
    }

    static void enable() {
        if (System.getProperty(ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY) == null) {
            System.setProperty(ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
        }
    }

    static boolean enabled() {
        return Extension.loaded;
    }

    void guard(int port) {
        BY_PORT.put(port, this);
    }

    void leave(int port) {
        BY_PORT.remove(port, this);
    }

    int open() {
        return open.get();
    }

    long turnedAway() {
        return turnedAway.sum();
    }

    private void accept(Channel channel) {
        InetAddress counted = limitedAddress(channel);
        if (open.incrementAndGet() > settings.limits().connections() || !admit(counted)) {
            open.decrementAndGet();
            turnedAway.increment();
            // With a reset, not a farewell: a flood shall leave nothing behind.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.unsafe().closeForcibly();
            return;
        }
        channel.closeFuture().addListener(_ -> leave(counted));
        channel.pipeline().addFirst(new ConnectionGuard(settings));
    }

    private boolean admit(@Nullable InetAddress address) {
        if (address == null) {
            return true;
        }
        int limit = settings.limits().connectionsPerAddress();
        int[] now = {0};
        openByAddress.compute(address, (_, count) -> {
            now[0] = count == null ? 1 : count + 1;
            return Math.min(now[0], limit);
        });
        return now[0] <= limit;
    }

    private void leave(@Nullable InetAddress address) {
        open.decrementAndGet();
        if (address != null) {
            openByAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : Integer.valueOf(count - 1));
        }
    }

    private @Nullable InetAddress limitedAddress(Channel channel) {
        if (settings.limits().connectionsPerAddress() == 0
                || !(channel.remoteAddress() instanceof InetSocketAddress peer)
                || addresses.trusted(peer.getAddress().getHostAddress())) {
            return null;
        }
        return peer.getAddress();
    }

    /** Found by Netty through {@code META-INF/services}. */
    public static final class Extension extends ChannelInitializerExtension {
        private static volatile boolean loaded;

        @Override
        public void postInitializeServerListenerChannel(ServerChannel channel) {
            loaded = true;
        }

        @Override
        public void postInitializeServerChildChannel(Channel channel) {
            if (channel.localAddress() instanceof InetSocketAddress local) {
                Doorkeeper keeper = BY_PORT.get(local.getPort());
                if (keeper != null) {
                    keeper.accept(channel);
                }
            }
        }
    }
}
