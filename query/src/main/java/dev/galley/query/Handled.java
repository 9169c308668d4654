package dev.galley.query;

import dev.galley.schema.MediaHandler;

/** The answer is one value that a function or an aggregate of the database makes. */
public record Handled(MediaHandler handler) implements Representation {}
