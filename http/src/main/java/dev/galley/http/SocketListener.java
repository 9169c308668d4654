package dev.galley.http;

import io.netty.buffer.ByteBuf;

/** What a service does with a WebSocket. All calls come on the socket's event loop, and none after {@link #closed}. */
public interface SocketListener {

    /** @param utf8 a whole message, known to be UTF-8; the caller's, not to be kept */
    void text(ByteBuf utf8);

    /** @param bytes a whole message; the caller's, not to be kept */
    void binary(ByteBuf bytes);

    /** The socket is gone, whoever closed it. Called once. */
    void closed();
}
