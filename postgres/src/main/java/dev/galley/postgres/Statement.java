package dev.galley.postgres;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One SQL statement and the values of its parameters {@code $1..$n}.
 *
 * @param parameters each in PostgreSQL's text format, UTF-8, of unknown type (the statement casts where it must); null is SQL NULL
 */
public record Statement(String sql, List<byte @Nullable []> parameters) {}
