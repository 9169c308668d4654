package dev.galley.rest;

import dev.galley.postgres.RowHandler;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the first column of the only row of a statement; nothing when it is NULL. */
final class OneText implements RowHandler {
    private Optional<String> value = Optional.empty();

    @Override
    public void row(ByteBuf row) {
        int at = row.readerIndex() + Short.BYTES;
        int length = row.getInt(at);
        value = length < 0
                ? Optional.empty()
                : Optional.of(row.toString(at + Integer.BYTES, length, StandardCharsets.UTF_8));
    }

    @Override
    public boolean restart() {
        value = Optional.empty();
        return true;
    }

    Optional<String> value() {
        return value;
    }
}
