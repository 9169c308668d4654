package dev.galley.postgres.wire;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.DatabaseAddress.Tcp;
import dev.galley.postgres.DatabaseAddress.Tls;
import dev.galley.postgres.DatabaseAddress.UnixSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a client and a real server and spoils what the server says: after a given number of bytes it cuts the
 * connection or falls silent; it can also hand on every byte by itself.
 */
final class CuttingProxy implements AutoCloseable {
    enum Spoil {
        NOTHING,
        CUT,
        SILENCE,
        /** Cuts every connection, not only the first one that gets so far. */
        CUT_ALWAYS
    }

    private static final long NEVER = Long.MAX_VALUE;

    private final DatabaseAddress server;
    private final ServerSocketChannel listener;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private volatile Spoil spoil = Spoil.NOTHING;
    private volatile boolean fromStartup;
    private volatile boolean byteByByte;
    private volatile long left = NEVER;
    private volatile boolean spoiled;

    CuttingProxy(DatabaseAddress server) throws IOException {
        this.server = server;
        this.listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(this::accept);
    }

    DatabaseAddress address() {
        try {
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            return new DatabaseAddress(
                    new Tcp("127.0.0.1", port), server.database(), server.user(), server.password(), Tls.DISABLE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * @param after how many bytes of the server's are still let through
     * @param startupToo whether the bytes of the login count
     */
    void spoil(Spoil how, long after, boolean startupToo) {
        spoiled = false;
        fromStartup = startupToo;
        left = after;
        spoil = how;
    }

    void passByteByByte() {
        byteByByte = true;
    }

    /** Whether the spoiling has happened since it was last asked for. */
    boolean hasSpoiled() {
        return spoiled;
    }

    int openConnections() {
        return open.size();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                SocketChannel upstream = connect();
                open.add(client);
                Thread.ofVirtual().start(() -> pump(client, upstream, client, false));
                Thread.ofVirtual().start(() -> pump(upstream, client, client, true));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private SocketChannel connect() throws IOException {
        if (server.endpoint() instanceof UnixSocket unix) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(unix.file()));
            return channel;
        }
        Tcp tcp = (Tcp) server.endpoint();
        return SocketChannel.open(new InetSocketAddress(tcp.host(), tcp.port()));
    }

    private void pump(SocketChannel from, SocketChannel to, SocketChannel client, boolean fromServer) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        boolean loggedIn = false;
        try {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                if (fromServer && (loggedIn || fromStartup)) {
                    if (!deliver(buffer, to)) {
                        break;
                    }
                } else {
                    loggedIn |= fromServer && endsLogin(buffer);
                    write(buffer, to);
                }
            }
        } catch (IOException e) {
            // the other side has gone
        }
        open.remove(client);
        close(from);
        close(to);
    }

    /** The login ends with ReadyForQuery, and the server says nothing more by itself. */
    private static boolean endsLogin(ByteBuffer buffer) {
        int end = buffer.limit();
        return end >= 6 && buffer.get(end - 6) == 'Z' && buffer.get(end - 2) == 5 && buffer.get(end - 1) == 'I';
    }

    /** Returns false when the connection is to be cut. */
    private boolean deliver(ByteBuffer buffer, SocketChannel to) throws IOException {
        if (spoil == Spoil.NOTHING) {
            write(buffer, to);
            return true;
        }
        int through = (int) Math.min(left, buffer.remaining());
        boolean now = through < buffer.remaining();
        if (spoil != Spoil.CUT_ALWAYS || !now) {
            left -= through;
        }
        write(buffer.slice(buffer.position(), through), to);
        if (!now) {
            return true;
        }
        spoiled = true;
        Spoil how = spoil;
        if (how != Spoil.CUT_ALWAYS) {
            spoil = Spoil.NOTHING;
        }
        if (how == Spoil.SILENCE) {
            swallow(to);
        }
        return false;
    }

    private static void swallow(SocketChannel client) throws IOException {
        while (client.isOpen()) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void write(ByteBuffer bytes, SocketChannel to) throws IOException {
        while (bytes.hasRemaining()) {
            if (byteByByte) {
                to.write(bytes.slice(bytes.position(), 1));
                bytes.get();
                Thread.yield();
            } else {
                to.write(bytes);
            }
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(CuttingProxy::close);
    }
}
