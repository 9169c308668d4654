package dev.galley.postgres;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One SQL statement and the values of its parameters {@code $1..$n}.
 *
 * @param parameters each in PostgreSQL's text format, UTF-8, of unknown type (the statement casts where it must); null is SQL NULL
 * @param query what a caller asked for, of which the statement is made and whose cost is the caller's; empty for work of our own
 */
public record Statement(String sql, List<byte @Nullable []> parameters, Optional<String> query) {
    public Statement(String sql, List<byte @Nullable []> parameters) {
        this(sql, parameters, Optional.empty());
    }
}
