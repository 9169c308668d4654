package dev.galley.realtime;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.function.Consumer;

/** Cuts what comes over a link into pieces: of a known length first, then frames. */
final class LinkReader {
    private final RecordParser parser;
    private final int longest;
    private Consumer<byte[]> next = _ -> {};
    private boolean frames;
    private boolean lengthIsNext;

    /** @param longest frame, in bytes */
    LinkReader(NetSocket socket, int longest) {
        this.longest = longest;
        parser = RecordParser.newFixed(1);
        parser.handler(piece -> {
            try {
                piece(piece);
            } catch (RuntimeException broken) {
                var _ = socket.close();
            }
        });
        parser.exceptionHandler(_ -> socket.close());
    }

    /** The next bytes of the socket. */
    void read(Buffer bytes) {
        parser.handle(bytes);
    }

    /** The next piece has this many bytes. */
    void expect(int bytes, Consumer<byte[]> then) {
        next = then;
        parser.fixedSizeMode(bytes);
    }

    /** From now on there are frames. */
    void expectFrames(Consumer<byte[]> each) {
        next = each;
        frames = true;
        lengthIsNext = true;
        parser.fixedSizeMode(LinkMessage.LENGTH_BYTES);
    }

    private void piece(Buffer piece) {
        if (!frames) {
            next.accept(piece.getBytes());
        } else if (lengthIsNext) {
            int length = piece.getInt(0);
            if (length < 1 || length > longest) {
                throw new IllegalArgumentException("a frame of " + length + " bytes");
            }
            lengthIsNext = false;
            parser.fixedSizeMode(length);
        } else {
            lengthIsNext = true;
            parser.fixedSizeMode(LinkMessage.LENGTH_BYTES);
            next.accept(piece.getBytes());
        }
    }
}
