package dev.galley.postgres.changes;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the messages of {@code pgoutput}. Every length is checked against what is there before anything is made of it. */
final class PgOutputReader {
    private static final Instant POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final int TRANSACTIONAL = 1;
    private static final int CASCADE = 1;
    private static final int IDENTITY_COLUMN = 1;

    private PgOutputReader() {}

    /** A message that is not well formed: the connection that sent it is of no use any more. */
    static final class Malformed extends RuntimeException {
        Malformed(String message) {
            super(message);
        }
    }

    /** @param in one message, from its position to its limit */
    static PgOutputMessage read(ByteBuffer in) {
        try {
            PgOutputMessage message = message((char) in.get(), in);
            if (in.hasRemaining()) {
                throw new Malformed(in.remaining() + " bytes after the end of a message");
            }
            return message;
        } catch (BufferUnderflowException e) {
            throw new Malformed("a message ends too early");
        }
    }

    private static PgOutputMessage message(char kind, ByteBuffer in) {
        return switch (kind) {
            case 'B' -> {
                long lsn = in.getLong();
                Instant at = time(in);
                in.getInt();
                yield new PgOutputMessage.Begin(lsn, at);
            }
            case 'C' -> {
                in.get();
                yield new PgOutputMessage.Commit(in.getLong(), in.getLong(), time(in));
            }
            case 'R' -> relation(in);
            case 'Y' -> new PgOutputMessage.Type(in.getInt(), string(in), string(in));
            case 'I' -> {
                int relation = in.getInt();
                expect('N', in);
                yield new PgOutputMessage.Insert(relation, row(in));
            }
            case 'U' -> update(in);
            case 'D' -> {
                int relation = in.getInt();
                char part = (char) in.get();
                if (part != 'K' && part != 'O') {
                    throw new Malformed("a deletion of neither a key nor a row");
                }
                yield new PgOutputMessage.Delete(relation, row(in));
            }
            case 'T' -> truncate(in);
            case 'M' ->
                new PgOutputMessage.Message((in.get() & TRANSACTIONAL) != 0, in.getLong(), string(in), content(in));
            case 'O' -> {
                in.getLong();
                string(in);
                yield new PgOutputMessage.Origin();
            }
            default -> throw new Malformed("an unknown kind of message, " + (int) kind);
        };
    }

    private static PgOutputMessage relation(ByteBuffer in) {
        int oid = in.getInt();
        String schema = string(in);
        String name = string(in);
        char identity = (char) in.get();
        int count = count(in);
        List<PgOutputMessage.Relation.Column> columns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            columns.add(new PgOutputMessage.Relation.Column(
                    (in.get() & IDENTITY_COLUMN) != 0, string(in), in.getInt(), in.getInt()));
        }
        return new PgOutputMessage.Relation(oid, schema.isEmpty() ? "pg_catalog" : schema, name, identity, columns);
    }

    private static PgOutputMessage update(ByteBuffer in) {
        int relation = in.getInt();
        char part = (char) in.get();
        Optional<Row> old = Optional.empty();
        if (part == 'K' || part == 'O') {
            old = Optional.of(row(in));
            part = (char) in.get();
        }
        if (part != 'N') {
            throw new Malformed("an update without its new row");
        }
        return new PgOutputMessage.Update(relation, old, row(in));
    }

    private static PgOutputMessage truncate(ByteBuffer in) {
        int count = in.getInt();
        boolean cascade = (in.get() & CASCADE) != 0;
        List<Integer> relations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            relations.add(in.getInt());
        }
        return new PgOutputMessage.Truncate(relations, cascade);
    }

    private static Row row(ByteBuffer in) {
        byte[] @Nullable [] values = new byte[count(in)][];
        for (int i = 0; i < values.length; i++) {
            char kind = (char) in.get();
            values[i] = switch (kind) {
                case 'n' -> null;
                case 'u' -> Row.unchanged();
                case 't' -> bytes(in);
                default -> throw new Malformed("an unknown kind of value, " + (int) kind);
            };
        }
        return new Row(values);
    }

    private static byte[] bytes(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new Malformed("a value longer than its message");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static ByteBuffer content(ByteBuffer in) {
        return ByteBuffer.wrap(bytes(in)).asReadOnlyBuffer();
    }

    private static int count(ByteBuffer in) {
        int count = Short.toUnsignedInt(in.getShort());
        if (count > in.remaining()) {
            throw new Malformed("more columns than bytes");
        }
        return count;
    }

    private static String string(ByteBuffer in) {
        int start = in.position();
        while (in.get() != 0) {
            // The end is a byte of zero.
        }
        byte[] bytes = new byte[in.position() - start - 1];
        in.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Instant time(ByteBuffer in) {
        return POSTGRES_EPOCH.plus(in.getLong(), ChronoUnit.MICROS);
    }

    private static void expect(char part, ByteBuffer in) {
        if ((char) in.get() != part) {
            throw new Malformed("a row that is not a new one");
        }
    }
}
