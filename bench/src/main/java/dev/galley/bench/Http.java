package dev.galley.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/** Waiting for a server to listen. */
final class Http {
    private static final int ATTEMPTS = 2000;

    private Http() {}

    static void awaitAnswer(URI uri) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), uri.getPort()), 1000);
                return;
            } catch (IOException refused) {
                try {
                    Thread.sleep(5);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }
        }
        throw new IOException("nothing listens at " + uri);
    }
}
