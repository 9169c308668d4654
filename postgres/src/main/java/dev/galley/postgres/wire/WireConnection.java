package dev.galley.postgres.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A logged-in connection: sends exchanges and gives the answers to them in the same order. Confined to one event loop.
 *
 * <p>What is submitted during one turn of the event loop leaves in one write at the end of that turn.
 */
final class WireConnection implements MessageReader.Receiver {
    private static final System.Logger LOG = System.getLogger(WireConnection.class.getName());

    /** What another connection needs to cancel the work of this one. */
    record BackendKey(int processId, int secretKey) {}

    private final ChannelHandlerContext context;
    private final MessageReader reader;
    private final BackendKey key;
    private final SessionSettings session;
    private final @Nullable StatementCache statements;
    private final ArrayDeque<Exchange> inFlight = new ArrayDeque<>();
    private @Nullable ByteBuf outgoing;
    private BiConsumer<WireConnection, String> onLost = (connection, reason) -> {};
    private @Nullable String lastWords;
    private boolean open = true;
    private boolean utf8 = true;
    private long lastHeardNanos = System.nanoTime();
    private long lastReadyNanos;
    private long submitted;
    private long sent;

    /** @param statements null when statements have no names */
    WireConnection(
            ChannelHandlerContext context,
            MessageReader reader,
            BackendKey key,
            SessionSettings session,
            @Nullable StatementCache statements) {
        this.context = context;
        this.reader = reader;
        this.key = key;
        this.session = session;
        this.statements = statements;
    }

    void onLost(BiConsumer<WireConnection, String> handler) {
        onLost = handler;
    }

    BackendKey key() {
        return key;
    }

    SessionSettings session() {
        return session;
    }

    @Nullable
    StatementCache statements() {
        return statements;
    }

    /** Whether two requests of this connection may meet two sessions of the server: only what is in its own transaction is a request's. */
    boolean isPooled() {
        return statements == null;
    }

    boolean isOpen() {
        return open && context.channel().isActive();
    }

    /** Whether texts go to and come from the session in the encoding in which it began. */
    boolean isUtf8() {
        return utf8;
    }

    int inFlight() {
        return inFlight.size();
    }

    /** The last moment at which the server was not silent, or had nothing to answer. */
    long lastHeardNanos() {
        return lastHeardNanos;
    }

    /** When the server became ready for the exchange that is now the first in flight. */
    long lastReadyNanos() {
        return lastReadyNanos;
    }

    /** The number of exchanges submitted so far, and of those whose last byte the operating system has taken. */
    long submitted() {
        return submitted;
    }

    long sent() {
        return sent;
    }

    /** Must be open. When encoding throws, nothing has been sent and the connection is as before. */
    void submit(Exchange exchange) {
        ByteBuf out = outgoing;
        boolean first = out == null;
        if (out == null) {
            out = context.alloc().directBuffer(4096);
        }
        int before = out.writerIndex();
        try {
            exchange.encode(out);
        } catch (RuntimeException | Error e) {
            out.writerIndex(before);
            if (first) {
                out.release();
            }
            throw e;
        }
        if (inFlight.isEmpty()) {
            lastHeardNanos = System.nanoTime();
        }
        inFlight.add(exchange);
        submitted++;
        if (first) {
            outgoing = out;
            context.executor().execute(this::flush);
        }
    }

    private void flush() {
        ByteBuf out = outgoing;
        outgoing = null;
        if (out == null) {
            return;
        }
        if (!open) {
            out.release();
            return;
        }
        long upTo = submitted;
        var _ = context.writeAndFlush(out).addListener(done -> {
            if (done.isSuccess()) {
                sent = upTo;
            } else {
                reader.end(context, String.valueOf(done.cause()));
            }
        });
    }

    @Override
    public void message(byte type, ByteBuf body) {
        switch (type) {
            case 'D' -> current().row(body);
            case 'C' -> current().completed(count(body));
            case 'I' -> current().completed(0);
            case '1' -> current().parsed();
            case 'S' -> parameter(body);
            case '2', '3', 'n', 't', 'T', 's', 'N', 'A' -> {}
            case 'E' -> error(ServerError.read(body));
            case 'Z' -> {
                byte status = body.readByte();
                Exchange done = inFlight.poll();
                if (done == null) {
                    throw new IllegalStateException("an answer to no request");
                }
                done.ready(status);
                lastReadyNanos = System.nanoTime();
            }
            default -> throw new IllegalStateException("message of type " + type);
        }
    }

    /** Reported before the server is ready again, when a setting is not what it was the last time. */
    private void parameter(ByteBuf body) {
        if (ServerError.string(body).equalsIgnoreCase("client_encoding")) {
            utf8 = ServerError.string(body).equalsIgnoreCase("UTF8");
        }
    }

    private Exchange current() {
        Exchange exchange = inFlight.peek();
        if (exchange == null) {
            throw new IllegalStateException("an answer to no request");
        }
        return exchange;
    }

    private void error(ServerError error) {
        if (error.endsConnection()) {
            lastWords = error.message();
        }
        Exchange exchange = inFlight.peek();
        if (exchange != null) {
            exchange.failed(error);
        }
    }

    @Override
    public void readComplete() {
        lastHeardNanos = System.nanoTime();
    }

    @Override
    public void tooLong(int bytes) {
        Exchange exchange = inFlight.peek();
        if (exchange != null) {
            exchange.tooLong(bytes);
        }
    }

    @Override
    public void lost(String reason) {
        open = false;
        String why = lastWords == null ? reason : lastWords;
        flush();
        onLost.accept(this, why);
        for (Exchange exchange = inFlight.poll(); exchange != null; exchange = inFlight.poll()) {
            exchange.lost(why);
        }
    }

    /** Ends the connection at once; what is in flight is lost. */
    void close(String reason) {
        if (open) {
            LOG.log(Level.DEBUG, "closing a connection: {0}", reason);
            flush();
            ByteBuf goodbye = Unpooled.buffer(8);
            FrontendMessages.terminate(goodbye);
            var _ = context.writeAndFlush(goodbye, context.voidPromise());
            reader.end(context, reason);
        }
    }

    /** The number at the end of a command tag: {@code INSERT 0 5}, {@code SELECT 3}, {@code BEGIN}. */
    private static long count(ByteBuf tag) {
        long count = 0;
        long unit = 1;
        for (int i = tag.writerIndex() - 2; i >= tag.readerIndex(); i--) {
            int digit = tag.getByte(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            count += digit * unit;
            unit *= 10;
        }
        return count;
    }
}
