package dev.galley.query;

import java.util.List;

/**
 * The rows of a write: one JSON text, an array of objects or (when {@code single}) one object, bound as a value and taken
 * apart by PostgreSQL.
 *
 * @param columns the names to write, all of them columns of the relation; the keys of the first object or those the caller listed
 */
public record Payload(Value json, boolean single, List<String> columns) {}
