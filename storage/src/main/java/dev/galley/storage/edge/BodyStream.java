package dev.galley.storage.edge;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as a stream for a virtual thread. Until the first read nothing of it is asked of the client. What has come and
 * has not been read is bounded: above {@code HIGH} bytes the request is paused, below {@code LOW} it goes on, so that a slow disk slows
 * the client down and no memory fills.
 *
 * <p>The request belongs to the event loop: it is only touched there. What both sides see is under the lock.
 */
public final class BodyStream extends InputStream {
    private static final int HIGH = 512 * 1024;
    private static final int LOW = 128 * 1024;

    private final HttpServerRequest request;
    private final Context loop;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Buffer> waiting = new ArrayDeque<>();
    private int offset;
    private int bytes;
    private boolean begun;
    private boolean paused;
    private boolean ended;
    private boolean discarding;
    private @Nullable Throwable failure;

    /** Pauses the request; to be called on its event loop, before anything of its body is read. */
    public BodyStream(HttpServerRequest request, Context loop) {
        this.request = request;
        this.loop = loop;
        ended = request.isEnded();
        request.pause();
        // From now on: a client may be gone before anybody reads.
        if (!ended) {
            request.exceptionHandler(this::fail);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            begin();
            while (waiting.isEmpty() && !ended && failure == null) {
                changed.await();
            }
            if (!waiting.isEmpty()) {
                return take(into, at, length);
            }
            if (failure != null) {
                throw new ClientStopped(failure);
            }
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading a body");
        } finally {
            lock.unlock();
        }
    }

    private int take(byte[] into, int at, int length) {
        Buffer first = waiting.element();
        int count = Math.min(length, first.length() - offset);
        first.getBytes(offset, offset + count, into, at);
        offset += count;
        bytes -= count;
        if (offset == first.length()) {
            waiting.remove();
            offset = 0;
        }
        if (paused && bytes < LOW) {
            paused = false;
            loop.runOnContext(_ -> resume());
        }
        return count;
    }

    /** The client has not sent all it announced: it went away, or it was too slow. */
    public static final class ClientStopped extends IOException {
        ClientStopped(Throwable cause) {
            super("the client did not send the whole body", cause);
        }
    }

    /** Takes what comes from now on, up to the bound, so that nothing of it is lost if the client goes before the first read. */
    public void start() {
        lock.lock();
        try {
            begin();
        } finally {
            lock.unlock();
        }
    }

    private void begin() {
        if (begun || ended) {
            return;
        }
        begun = true;
        loop.runOnContext(_ -> {
            listen();
            resume();
        });
    }

    private void listen() {
        if (!request.isEnded()) {
            request.endHandler(_ -> end());
            request.handler(this::come);
        }
    }

    private void resume() {
        if (!request.isEnded()) {
            request.resume();
        }
    }

    /** Reads what is left and forgets it, so that the connection can be used again. To be called on the event loop, after the answer. */
    void discard() {
        lock.lock();
        try {
            discarding = true;
            waiting.clear();
            if (!begun && !ended) {
                begun = true;
                listen();
            }
        } finally {
            lock.unlock();
        }
        resume();
    }

    private void come(Buffer chunk) {
        lock.lock();
        try {
            if (discarding || chunk.length() == 0) {
                return;
            }
            waiting.add(chunk);
            bytes += chunk.length();
            if (bytes > HIGH && !paused) {
                paused = true;
                request.pause();
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable cause) {
        lock.lock();
        try {
            failure = cause;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
