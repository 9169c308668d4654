package dev.galley.rest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Optional;

/** Hands buffers of bytes to the HTTP server without copying them. */
final class ResponseBodies {
    private ResponseBodies() {}

    /** Ends the response. The server does not release a buffer that is not its own: that happens when it has been written. */
    static void end(HttpServerResponse response, Optional<ByteBuf> body) {
        if (body.isEmpty()) {
            var _ = response.end();
            return;
        }
        ByteBuf bytes = body.get();
        var _ = response.end(BufferInternal.buffer(bytes)).onComplete(written -> bytes.release());
    }

    static ByteBuf text(String text) {
        return ByteBufUtil.writeUtf8(UnpooledByteBufAllocator.DEFAULT, text);
    }
}
