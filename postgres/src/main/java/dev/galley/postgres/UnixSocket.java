package dev.galley.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A Unix domain socket with the face of a {@link Socket}, as far as pgjdbc uses it. The JDK's channel for such sockets has no
 * read timeout, so the channel does not block and a selector waits. One thread reads and one writes at a time; any thread may
 * close, which wakes both.
 */
final class UnixSocket extends Socket {
    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;
    private final Path file;
    private final In in = new In();
    private final Out out = new Out();
    private volatile int readTimeoutMillis;

    UnixSocket(Path file) throws IOException {
        super((java.net.SocketImpl) null);
        this.file = file;
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        readable = Selector.open();
        writable = Selector.open();
    }

    @Override
    public void connect(SocketAddress ignored) throws IOException {
        connect(ignored, 0);
    }

    /** Connecting to a local socket never waits for a network: the timeout is not needed. */
    @Override
    public void connect(SocketAddress ignored, int timeout) throws IOException {
        try {
            channel.connect(UnixDomainSocketAddress.of(file));
        } catch (SocketException e) {
            throw new java.net.ConnectException("socket " + file + ": " + e.getMessage());
        }
        channel.configureBlocking(false);
        channel.register(readable, SelectionKey.OP_READ);
        channel.register(writable, SelectionKey.OP_WRITE);
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        readable.close();
        writable.close();
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void setSoTimeout(int millis) {
        readTimeoutMillis = millis;
    }

    @Override
    public int getSoTimeout() {
        return readTimeoutMillis;
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    // Options of TCP, which a local socket does not have.

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public void setReceiveBufferSize(int size) {}

    @Override
    public void setSendBufferSize(int size) {}

    @Override
    public int getReceiveBufferSize() {
        return 1 << 16;
    }

    @Override
    public int getSendBufferSize() {
        return 1 << 16;
    }

    @Override
    public void setSoLinger(boolean on, int seconds) {}

    @Override
    public String toString() {
        return "UnixSocket[" + file + "]";
    }

    private static SocketException closed(Exception cause) {
        SocketException closed = new SocketException("Socket closed");
        closed.initCause(cause);
        return closed;
    }

    private final class In extends InputStream {
        private final ByteBuffer ahead = ByteBuffer.allocate(1).limit(0);

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (ahead.hasRemaining()) {
                to[offset] = ahead.get();
                return 1;
            }
            ByteBuffer buffer = ByteBuffer.wrap(to, offset, length);
            try {
                int n = channel.read(buffer);
                if (n != 0) {
                    return n;
                }
                int timeout = readTimeoutMillis;
                long deadline = System.nanoTime() + timeout * 1_000_000L;
                while (true) {
                    long left = timeout == 0 ? 0 : (deadline - System.nanoTime() + 999_999) / 1_000_000;
                    if (timeout != 0 && left <= 0) {
                        throw new SocketTimeoutException("no answer within " + timeout + " ms");
                    }
                    readable.select(left);
                    if (Thread.currentThread().isInterrupted()) {
                        throw new java.io.InterruptedIOException("interrupted while reading");
                    }
                    readable.selectedKeys().clear();
                    n = channel.read(buffer);
                    if (n != 0) {
                        return n;
                    }
                }
            } catch (ClosedChannelException | ClosedSelectorException e) {
                throw closed(e);
            }
        }

        /** Tells only whether something has arrived: the channel does not count, so one byte is read ahead. */
        @Override
        public int available() throws IOException {
            if (!ahead.hasRemaining()) {
                ahead.clear();
                channel.read(ahead);
                ahead.flip();
            }
            return ahead.remaining();
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(from, offset, length);
            try {
                while (buffer.hasRemaining()) {
                    if (channel.write(buffer) == 0) {
                        writable.select();
                        writable.selectedKeys().clear();
                        if (Thread.currentThread().isInterrupted()) {
                            throw new java.io.InterruptedIOException("interrupted while writing");
                        }
                    }
                }
            } catch (ClosedChannelException | ClosedSelectorException e) {
                throw closed(e);
            }
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }
}
