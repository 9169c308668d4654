package dev.galley.postgres.wire;

import dev.galley.postgres.DatabaseFailure;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An ErrorResponse.
 *
 * @param severity never translated: {@code ERROR}, {@code FATAL} or {@code PANIC}
 * @param place the constraint that it is about, when there is one
 * @param routine the C function that raised it, the only thing that tells some errors of one SQLSTATE apart
 */
record ServerError(
        String severity,
        String sqlState,
        String message,
        Optional<String> detail,
        Optional<String> hint,
        Optional<String> context,
        Optional<DatabaseFailure.Place> place,
        String routine) {

    static ServerError read(ByteBuf body) {
        String severity = "ERROR";
        String sqlState = "XX000";
        String message = "";
        Optional<String> detail = Optional.empty();
        Optional<String> hint = Optional.empty();
        Optional<String> context = Optional.empty();
        String schema = "";
        String table = "";
        String constraint = "";
        String routine = "";
        while (body.isReadable()) {
            byte field = body.readByte();
            if (field == 0) {
                break;
            }
            String text = string(body);
            switch (field) {
                case 'V' -> severity = text;
                case 'C' -> sqlState = text;
                case 'M' -> message = text;
                case 'D' -> detail = Optional.of(text);
                case 'H' -> hint = Optional.of(text);
                case 'W' -> context = Optional.of(text);
                case 's' -> schema = text;
                case 't' -> table = text;
                case 'n' -> constraint = text;
                case 'R' -> routine = text;
                default -> {}
            }
        }
        Optional<DatabaseFailure.Place> place = constraint.isEmpty()
                ? Optional.empty()
                : Optional.of(new DatabaseFailure.Place(schema, table, constraint));
        return new ServerError(severity, sqlState, message, detail, hint, context, place, routine);
    }

    /** A zero-terminated string, leniently when the zero is missing. */
    static String string(ByteBuf body) {
        int length = body.bytesBefore((byte) 0);
        boolean terminated = length >= 0;
        String text = body.readCharSequence(terminated ? length : body.readableBytes(), StandardCharsets.UTF_8)
                .toString();
        if (terminated) {
            body.skipBytes(1);
        }
        return text;
    }

    boolean endsConnection() {
        return severity.equals("FATAL") || severity.equals("PANIC");
    }

    /** A serialization failure or a deadlock: the same transaction may well succeed when it is run again. */
    boolean isConflict() {
        return sqlState.equals("40001") || sqlState.equals("40P01");
    }

    boolean isCancel() {
        return sqlState.equals("57014");
    }

    /** The server no longer has (or no longer honours) a statement that this connection prepared. */
    boolean isStaleStatement() {
        return sqlState.equals("26000") || (sqlState.equals("0A000") && routine.equals("RevalidateCachedQuery"));
    }

    /** The server is starting, stopping or full: another moment may do. */
    boolean isUnavailable() {
        return sqlState.startsWith("57P") || sqlState.startsWith("08") || sqlState.startsWith("53");
    }

    DatabaseFailure.Refused toFailure() {
        return new DatabaseFailure.Refused(
                sqlState, message, detail, hint, context, place, routine.equals("exec_stmt_raise"));
    }
}
