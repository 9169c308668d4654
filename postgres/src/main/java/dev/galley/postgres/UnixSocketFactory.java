package dev.galley.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.SocketFactory;

/**
 * Lets pgjdbc, which only knows TCP, reach a server by its Unix socket: its connection properties name this class as
 * {@code socketFactory} and the socket's file as {@code socketFactoryArg}. The host and port it asks for are ignored.
 */
public final class UnixSocketFactory extends SocketFactory {
    private final Path file;

    /** Called by pgjdbc. */
    public UnixSocketFactory(String file) {
        this.file = Path.of(file);
    }

    @Override
    public Socket createSocket() throws IOException {
        return new UnixSocket(file);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return connected();
    }

    private Socket connected() throws IOException {
        Socket socket = createSocket();
        socket.connect(java.net.InetSocketAddress.createUnresolved("localhost", 0));
        return socket;
    }
}
