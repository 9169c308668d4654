package dev.galley.query;

import java.util.Optional;

/**
 * What a write gives back.
 *
 * @param rows the rows written, as a selection; empty for none
 * @param keys whether the primary key of a single written row is wanted, for a Location header
 */
public record Returning(Optional<Selection> rows, boolean keys, Count count) {}
