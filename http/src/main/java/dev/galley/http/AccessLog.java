package dev.galley.http;

import dev.galley.http.HttpSettings.AccessLogFormat;
import dev.galley.identity.Caller;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One line per request, and one more for the end of a WebSocket. An event loop only builds the line and puts it on a bounded queue; one thread writes batches. When
 * the reader of the log is too slow, lines are dropped and counted (in the metrics), never waited for.
 *
 * <p>The query is not logged, for keys, tokens and people's data travel in it. Control characters, quotes and
 * backslashes are escaped, so that a request cannot forge a line.
 */
final class AccessLog implements AutoCloseable {
    private static final int QUEUE = 16 * 1024;
    private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final String STOP = "";
    private static final String SOCKET_END = "CLOSE";
    private static final String HEX = "0123456789abcdef";

    private final AccessLogFormat format;
    private final Clock clock;
    private final OutputStream out;
    private final ArrayBlockingQueue<String> lines = new ArrayBlockingQueue<>(QUEUE);
    private final LongAdder dropped = new LongAdder();
    private final @Nullable Thread writer;
    private volatile Second second = Second.of(0);

    AccessLog(AccessLogFormat format, Clock clock, OutputStream out) {
        this.format = format;
        this.clock = clock;
        this.out = out;
        this.writer = format == AccessLogFormat.OFF
                ? null
                : Thread.ofPlatform().daemon().name("access-log").start(this::write);
    }

    long dropped() {
        return dropped.sum();
    }

    void ended(Exchange exchange, boolean complete, long micros) {
        if (format == AccessLogFormat.OFF) {
            return;
        }
        // 499: nobody was there to take the answer.
        int status = complete ? exchange.request.response().getStatusCode() : 499;
        line(Subject.of(exchange), status, exchange.request.response().bytesWritten(), micros);
    }

    /**
     * A WebSocket has two lines: one for its handshake, with status 101, and this one for its end.
     *
     * @param code of its close frame
     * @param micros from its handshake on
     */
    void socketEnded(Subject subject, int code, long bytes, long micros) {
        if (format != AccessLogFormat.OFF) {
            line(subject.called(SOCKET_END), code, bytes, micros);
        }
    }

    private void line(Subject subject, int status, long bytes, long micros) {
        String line = format == AccessLogFormat.JSON
                ? json(subject, status, bytes, micros)
                : text(subject, status, bytes, micros);
        if (!lines.offer(line)) {
            dropped.increment();
        }
    }

    /** What a line is about. */
    record Subject(
            String client,
            String method,
            String path,
            String id,
            String role,
            @Nullable String trace) {
        static Subject of(Exchange exchange) {
            return new Subject(
                    exchange.client,
                    exchange.request.method().name(),
                    AccessLog.path(exchange.request.uri()),
                    exchange.id,
                    exchange.identified instanceof Caller caller ? caller.role() : "-",
                    traceId(exchange));
        }

        Subject called(String name) {
            return new Subject(client, name, path, id, role, trace);
        }
    }

    private String text(Subject subject, int status, long bytes, long micros) {
        StringBuilder line = new StringBuilder(160);
        time(line);
        line.append(' ').append(subject.client()).append(' ');
        escape(line, subject.method());
        line.append(' ');
        escape(line, subject.path());
        line.append(' ').append(status).append(' ').append(bytes).append("B ");
        millis(line, micros);
        line.append("ms ").append(subject.id()).append(' ');
        escape(line, subject.role());
        if (subject.trace() != null) {
            line.append(" trace=").append(subject.trace());
        }
        return line.append('\n').toString();
    }

    private String json(Subject subject, int status, long bytes, long micros) {
        StringBuilder line = new StringBuilder(240);
        line.append("{\"time\":\"");
        time(line);
        line.append("\",\"client\":\"").append(subject.client()).append("\",\"method\":\"");
        escape(line, subject.method());
        line.append("\",\"path\":\"");
        escape(line, subject.path());
        line.append("\",\"status\":").append(status);
        line.append(",\"bytes\":").append(bytes);
        line.append(",\"ms\":");
        millis(line, micros);
        line.append(",\"requestId\":\"").append(subject.id()).append("\",\"role\":\"");
        escape(line, subject.role());
        line.append('"');
        if (subject.trace() != null) {
            line.append(",\"traceId\":\"").append(subject.trace()).append('"');
        }
        return line.append("}\n").toString();
    }

    private void time(StringBuilder line) {
        long now = clock.millis();
        Second known = second;
        if (known.epochSecond() != now / 1000) {
            known = Second.of(now / 1000);
            second = known;
        }
        long millis = now % 1000;
        line.append(known.text())
                .append((char) ('0' + millis / 100))
                .append((char) ('0' + millis / 10 % 10))
                .append((char) ('0' + millis % 10))
                .append('Z');
    }

    /** The text of the present second, for formatting a time costs as much as the rest of the line. */
    private record Second(long epochSecond, String text) {
        static Second of(long epochSecond) {
            String text = Instant.ofEpochSecond(epochSecond).toString();
            return new Second(epochSecond, text.substring(0, text.length() - 1) + '.');
        }
    }

    private static void millis(StringBuilder line, long micros) {
        line.append(micros / 1000).append('.');
        long rest = micros % 1000;
        if (rest < 100) {
            line.append('0');
        }
        if (rest < 10) {
            line.append('0');
        }
        line.append(rest);
    }

    private static String path(String uri) {
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        return path.length() <= 1024 ? path : path.substring(0, 1024);
    }

    /** The trace id of a W3C {@code traceparent} header: 32 hexadecimal digits after the version. */
    private static @Nullable String traceId(Exchange exchange) {
        String parent = exchange.request.getHeader("traceparent");
        if (parent == null || parent.length() < 55 || parent.charAt(2) != '-' || parent.charAt(35) != '-') {
            return null;
        }
        for (int i = 3; i < 35; i++) {
            if (HEX.indexOf(parent.charAt(i)) < 0) {
                return null;
            }
        }
        return parent.substring(3, 35);
    }

    private static void escape(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > ' ' && c < 127 && c != '"' && c != '\\') {
                line.append(c);
            } else {
                line.append("\\u00").append(HEX.charAt((c >> 4) & 15)).append(HEX.charAt(c & 15));
            }
        }
    }

    private void write() {
        var batch = new ArrayList<String>();
        var text = new StringBuilder();
        boolean stopping = false;
        try {
            while (!stopping) {
                batch.add(lines.take());
                // A batch, not every line, wakes this thread: waking it is what an event loop would pay for.
                LockSupport.parkNanos(BATCH_NANOS);
                lines.drainTo(batch);
                for (String line : batch) {
                    stopping |= line.isEmpty();
                    text.append(line);
                }
                out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                batch.clear();
                text.setLength(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            System.getLogger(AccessLog.class.getName())
                    .log(System.Logger.Level.WARNING, "the access log cannot be written any more", e);
        }
    }

    /** Waits a moment for what is on the queue; leaves the stream open. */
    @Override
    public void close() {
        if (writer == null) {
            return;
        }
        try {
            if (lines.offer(STOP, 1, TimeUnit.SECONDS)) {
                writer.join(1000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
