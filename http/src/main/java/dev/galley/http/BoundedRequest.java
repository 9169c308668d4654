package dev.galley.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A request with a body that cannot grow past its limit, however a service reads it: by handler or as a whole. The limit
 * counts the bytes after decompression. The service says a limit of its own before it begins to read ({@link
 * Requests#bodyLimit}); a length known to be too large is refused at that moment, before the client is told to go on
 * ({@code 100 Continue}), a chunked body as soon as it is over. Then 413 is answered here and the connection closed; the
 * service sees its exception handler or its future fail with {@link BodyTooLarge}, and no further byte.
 */
final class BoundedRequest extends HttpServerRequestWrapper {
    private final Exchange exchange;
    private @Nullable Handler<Throwable> exceptionHandler;
    private long taken;
    private boolean begun;
    private boolean refused;

    BoundedRequest(HttpServerRequest request, Exchange exchange) {
        super((HttpServerRequestInternal) request);
        this.exchange = exchange;
    }

    @Override
    public HttpServerRequest handler(@Nullable Handler<Buffer> handler) {
        if (handler == null) {
            delegate.handler(null);
            return this;
        }
        begin();
        delegate.handler(chunk -> {
            if (admit(chunk)) {
                handler.handle(chunk);
            }
        });
        return this;
    }

    @Override
    public HttpServerRequest exceptionHandler(@Nullable Handler<Throwable> handler) {
        exceptionHandler = handler;
        delegate.exceptionHandler(handler);
        return this;
    }

    @Override
    public HttpServerRequest endHandler(@Nullable Handler<Void> handler) {
        delegate.endHandler(
                handler == null
                        ? null
                        : end -> {
                            if (!refused) {
                                handler.handle(null);
                            }
                        });
        return this;
    }

    @Override
    public Future<Buffer> body() {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        exceptionHandler(whole::tryFail);
        endHandler(_ -> whole.tryComplete(body));
        handler(body::appendBuffer);
        return whole.future();
    }

    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        if (declaredLength() > exchange.bodyLimit) {
            refuse();
        } else if ("100-continue".equalsIgnoreCase(delegate.getHeader(HttpHeaders.EXPECT))
                && !delegate.response().headWritten()) {
            var _ = delegate.response().writeContinue();
        }
    }

    private boolean admit(Buffer chunk) {
        taken += chunk.length();
        if (!refused && taken > exchange.bodyLimit) {
            refuse();
        }
        return !refused;
    }

    private void refuse() {
        refused = true;
        exchange.refuse(exchange.bodyTooLarge);
        if (exceptionHandler != null) {
            Handler<Throwable> handler = exceptionHandler;
            // Not now: the caller may be in the middle of setting its handlers.
            exchange.later(() -> handler.handle(new BodyTooLarge()));
        }
    }

    private long declaredLength() {
        String length = delegate.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
