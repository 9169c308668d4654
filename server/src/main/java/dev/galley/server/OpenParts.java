package dev.galley.server;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The running parts of the program, closed in the reverse order of their start. A part that comes up while closing is under way
 * is closed at once, so that a stop in the middle of a start leaves nothing behind. Safe for many threads.
 */
final class OpenParts implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OpenParts.class.getName());

    private final Deque<Part> parts = new ArrayDeque<>();
    private boolean closed;

    private record Part(String name, AutoCloseable handle) {}

    /** Takes charge of a part that is running. */
    <T extends AutoCloseable> T add(String name, T handle) {
        synchronized (this) {
            if (!closed) {
                parts.push(new Part(name, handle));
                return handle;
            }
        }
        close(new Part(name, handle));
        throw new Failure("stopped while starting");
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        for (Part part = next(); part != null; part = next()) {
            close(part);
        }
    }

    private synchronized @org.jspecify.annotations.Nullable Part next() {
        return parts.poll();
    }

    private static void close(Part part) {
        try {
            part.handle().close();
        } catch (Exception failure) {
            LOG.log(System.Logger.Level.WARNING, "closing " + part.name() + " failed", failure);
        }
    }
}
