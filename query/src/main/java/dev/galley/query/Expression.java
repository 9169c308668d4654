package dev.galley.query;

import dev.galley.schema.Type;

/** An SQL expression and its type. */
record Expression(String sql, Type type) {}
