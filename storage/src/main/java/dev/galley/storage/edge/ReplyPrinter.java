package dev.galley.storage.edge;

import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Sends answers. The bytes of an object are read on the virtual thread, one chunk ahead of what the client has taken: a slow client holds two
 * chunks and a sleeping virtual thread, nothing else.
 */
final class ReplyPrinter {
    private static final int CHUNK = 128 * 1024;
    private static final CharSequence IDENTITY = HttpHeaders.createOptimized("identity");

    private ReplyPrinter() {}

    /** To be called on a virtual thread; returns when the answer has been handed over. */
    static void send(Reply reply, HttpServerRequest request, Context loop) throws IOException {
        HttpServerResponse response = request.response();
        switch (reply) {
            case Reply.Text text -> loop.runOnContext(_ -> text(text, response));
            case Reply.Head head -> loop.runOnContext(_ -> head(head, response));
            case Reply.Bytes bytes -> {
                try (InputStream content = bytes.bytes()) {
                    bytes(bytes, content, request, loop);
                }
            }
        }
    }

    static void text(Reply.Text text, HttpServerResponse response) {
        if (begin(text, response)) {
            var _ = text.body().isEmpty() ? response.end() : response.end(text.body());
        }
    }

    private static void head(Reply.Head head, HttpServerResponse response) {
        if (begin(head, response)) {
            var _ = response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(head.length()))
                    .end();
        }
    }

    private static boolean begin(Reply reply, HttpServerResponse response) {
        if (response.ended() || response.closed() || response.headWritten()) {
            return false;
        }
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        return true;
    }

    private static void bytes(Reply.Bytes reply, InputStream content, HttpServerRequest request, Context loop)
            throws IOException {
        HttpServerResponse response = request.response();
        // Entity tags and ranges are of these bytes, not of what a codec would make of them on the way.
        boolean mayBeCoded = request.headers().contains(HttpHeaders.ACCEPT_ENCODING);
        long left = reply.length();
        Buffer chunk = read(content, left);
        left -= chunk.length();
        CompletableFuture<Void> taken = new CompletableFuture<>();
        Buffer first = chunk;
        boolean only = left == 0;
        CompletableFuture<Void> begun = taken;
        loop.runOnContext(_ -> {
            if (!begin(reply, response)) {
                begun.completeExceptionally(new ClientGoneException());
                return;
            }
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(reply.length()));
            if (mayBeCoded) {
                response.putHeader(HttpHeaders.CONTENT_ENCODING, IDENTITY);
            }
            pass(only ? response.end(first) : response.write(first), begun);
        });
        while (left > 0) {
            try {
                chunk = read(content, left);
            } catch (IOException | RuntimeException failure) {
                // Half an answer must not pass for a whole one.
                loop.runOnContext(_ -> response.reset());
                throw failure;
            }
            left -= chunk.length();
            await(taken);
            CompletableFuture<Void> next = new CompletableFuture<>();
            Buffer part = chunk;
            boolean end = left == 0;
            loop.runOnContext(_ -> {
                if (response.closed() || response.ended()) {
                    next.completeExceptionally(new ClientGoneException());
                } else {
                    pass(end ? response.end(part) : response.write(part), next);
                }
            });
            taken = next;
        }
        await(taken);
    }

    private static Buffer read(InputStream content, long left) throws IOException {
        byte[] bytes = new byte[(int) Math.min(CHUNK, left)];
        if (content.readNBytes(bytes, 0, bytes.length) < bytes.length) {
            throw new IOException("the bytes of an object end before their length");
        }
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }

    private static void pass(Future<Void> written, CompletableFuture<Void> to) {
        written.onComplete(to::complete, to::completeExceptionally);
    }

    private static void await(CompletableFuture<Void> taken) throws IOException {
        try {
            taken.get();
        } catch (ExecutionException gone) {
            throw new ClientGoneException();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ClientGoneException();
        }
    }

    /** Nobody takes the answer any more. */
    static final class ClientGoneException extends IOException {}
}
