package dev.galley.postgres.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the messages that a client sends. Every name is ASCII or UTF-8 without a zero byte; the callers see to that. */
final class FrontendMessages {
    private static final int PROTOCOL_3_0 = 196608;
    private static final int SSL_REQUEST = 80877103;
    private static final int CANCEL_REQUEST = 80877102;

    private FrontendMessages() {}

    static void startup(ByteBuf out, Map<String, String> parameters) {
        int start = out.writerIndex();
        out.writeInt(0).writeInt(PROTOCOL_3_0);
        parameters.forEach((name, value) -> {
            string(out, name);
            string(out, value);
        });
        out.writeByte(0);
        out.setInt(start, out.writerIndex() - start);
    }

    static void sslRequest(ByteBuf out) {
        out.writeInt(8).writeInt(SSL_REQUEST);
    }

    static void cancelRequest(ByteBuf out, int processId, int secretKey) {
        out.writeInt(16).writeInt(CANCEL_REQUEST).writeInt(processId).writeInt(secretKey);
    }

    static void password(ByteBuf out, String password) {
        int start = begin(out, 'p');
        string(out, password);
        end(out, start);
    }

    static void saslInitialResponse(ByteBuf out, String mechanism, String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        int start = begin(out, 'p');
        string(out, mechanism);
        out.writeInt(bytes.length).writeBytes(bytes);
        end(out, start);
    }

    static void saslResponse(ByteBuf out, String message) {
        int start = begin(out, 'p');
        out.writeBytes(message.getBytes(StandardCharsets.UTF_8));
        end(out, start);
    }

    /** A Parse with no parameter types: the server infers them. */
    static void parse(ByteBuf out, byte[] name, String sql) {
        int start = begin(out, 'P');
        out.writeBytes(name).writeByte(0);
        string(out, sql);
        out.writeShort(0);
        end(out, start);
    }

    /** Binds text parameters to the unnamed portal, asks for text results and runs it to its end. */
    static void bindAndExecute(ByteBuf out, byte[] name, List<byte @Nullable []> parameters) {
        int start = begin(out, 'B');
        out.writeByte(0);
        out.writeBytes(name).writeByte(0);
        out.writeShort(0).writeShort(parameters.size());
        for (int i = 0; i < parameters.size(); i++) {
            byte[] value = parameters.get(i);
            if (value == null) {
                out.writeInt(-1);
            } else {
                out.writeInt(value.length).writeBytes(value);
            }
        }
        out.writeShort(0);
        end(out, start);
        execute(out);
    }

    /** The first half of a Bind whose parameters follow by {@link #textParameter}; close it with {@link #endBind}. */
    static int beginBind(ByteBuf out, byte[] name, int parameters) {
        int start = begin(out, 'B');
        out.writeByte(0);
        out.writeBytes(name).writeByte(0);
        out.writeShort(0).writeShort(parameters);
        return start;
    }

    static void textParameter(ByteBuf out, String value) {
        int length = out.writerIndex();
        out.writeInt(0);
        out.setInt(length, ByteBufUtil.writeUtf8(out, value));
    }

    static void endBind(ByteBuf out, int start) {
        out.writeShort(0);
        end(out, start);
    }

    static void execute(ByteBuf out) {
        out.writeByte('E').writeInt(9).writeByte(0).writeInt(0);
    }

    static void closeStatement(ByteBuf out, byte[] name) {
        int start = begin(out, 'C');
        out.writeByte('S').writeBytes(name).writeByte(0);
        end(out, start);
    }

    static void sync(ByteBuf out) {
        out.writeByte('S').writeInt(4);
    }

    static void query(ByteBuf out, String sql) {
        int start = begin(out, 'Q');
        string(out, sql);
        end(out, start);
    }

    static void terminate(ByteBuf out) {
        out.writeByte('X').writeInt(4);
    }

    private static int begin(ByteBuf out, char type) {
        out.writeByte(type);
        int start = out.writerIndex();
        out.writeInt(0);
        return start;
    }

    private static void end(ByteBuf out, int start) {
        out.setInt(start, out.writerIndex() - start);
    }

    private static void string(ByteBuf out, String text) {
        ByteBufUtil.writeUtf8(out, text);
        out.writeByte(0);
    }
}
