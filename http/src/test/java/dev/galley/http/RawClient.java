package dev.galley.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Says exactly the bytes it is told, and hears exactly what comes. */
final class RawClient implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 256 * 1024;

    final Socket socket;

    RawClient(int port) {
        try {
            socket = new Socket();
            // Some kernels would else take tens of megabytes for a client that reads nothing.
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawClient say(String bytes) {
        try {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        } catch (IOException e) {
            // The server may hang up in the middle of nonsense; what it said before is what counts.
        }
        return this;
    }

    /** All that comes until the server closes. */
    String hearToEnd() {
        var heard = new StringBuilder();
        byte[] buffer = new byte[8192];
        try {
            for (int n; (n = socket.getInputStream().read(buffer)) >= 0; ) {
                heard.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server keeps the connection open after: " + heard);
        } catch (IOException e) {
            // A reset is an end too.
        }
        return heard.toString();
    }

    /** What comes up to and with the given text. */
    String hearUntil(String end) {
        var heard = new StringBuilder();
        try {
            while (heard.indexOf(end) < 0) {
                int b = socket.getInputStream().read();
                if (b < 0) {
                    throw new AssertionError("closed after: " + heard);
                }
                heard.append((char) b);
            }
        } catch (IOException e) {
            throw new AssertionError("after: " + heard, e);
        }
        return heard.toString();
    }

    /** How often the byte is in what has come; waits for something to come. */
    int count(char wanted, byte[] buffer) {
        try {
            int n = socket.getInputStream().read(buffer);
            int found = 0;
            for (int i = 0; i < n; i++) {
                if (buffer[i] == wanted) {
                    found++;
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int answers(String heard) {
        return heard.split("HTTP/1\\.[01] [0-9]{3} ", -1).length - 1;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
